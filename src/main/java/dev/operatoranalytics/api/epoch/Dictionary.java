package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.graphql.RawJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which dictionary of an epoch. */
record Dictionary(int epoch, SharePriceForm form) {

  /** One query for each form that is asked for; empty where no price is known. */
  static Map<Dictionary, RawJson> load(Collection<Dictionary> asked, EpochQueries epochs) {
    var byForm = new HashMap<SharePriceForm, List<Integer>>();
    asked.forEach(
        one -> byForm.computeIfAbsent(one.form, form -> new ArrayList<>()).add(one.epoch));
    var found = new HashMap<Dictionary, RawJson>();
    asked.forEach(one -> found.put(one, new RawJson("{}")));
    byForm.forEach(
        (form, ofForm) ->
            epochs
                .dictionaries(form, ofForm)
                .forEach(
                    (epoch, text) -> found.put(new Dictionary(epoch, form), new RawJson(text))));
    return found;
  }
}
