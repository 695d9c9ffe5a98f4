// Loads a page: key where reading needs one, data, errors, freshness, search.
import { h, state } from './dom.js';
import { ApiError, query, token } from './graphql.js';
import { count, instant, link, nameOf, duration, shorten, usd } from './format.js';
import { renderAgain } from './keep.js';
import { readable } from './values.js';

const html = document.documentElement;
const place = document.getElementById('page');

/** The document and variables that the page shows, for its links to GraphiQL. */
export const shown = { document: html.dataset.document, variables: {} };

/** GraphiQL with a document of docs/queries. */
export const graphiql = (document, variables) => link(`graphiql?${new URLSearchParams({ document, variables: JSON.stringify(variables) })}`);

/** The last part of the path: the address of the object that the page shows. */
export const subject = () => decodeURIComponent(location.pathname.split('/').pop());

// where pages do not fit beside each other, the current one is in sight
// (by scrollLeft, because scrollIntoView would also move the place from which Tab goes on)
const current = document.querySelector('.top nav [aria-current]');
if (current) {
  const [bar, item] = [current.parentElement, current].map((each) => each.getBoundingClientRect());
  current.parentElement.scrollLeft += item.left - bar.left - (bar.width - item.width) / 2;
}

export const heading = (title, lead, ...actions) =>
  h('div', { class: 'heading' }, h('div', null, h('h1', { dir: 'auto' }, title), lead ? h('p', { class: 'lead' }, lead) : null),
    actions.length ? h('div', { class: 'actions' }, actions) : null);

/** A field for a key or token. */
export function keyForm(label, onEnter) {
  const input = h('input', { type: 'password', name: 'key', required: true, autocomplete: 'off', spellcheck: 'false' });
  return h('form', {
    class: 'key',
    onsubmit: (event) => {
      event.preventDefault();
      token.set(input.value.trim());
      onEnter();
    },
  }, h('label', null, label, input), h('button', { class: 'primary' }, 'Unlock'));
}

function notice(error, retry) {
  if (!(error instanceof ApiError)) console.error(error);
  const known = error instanceof ApiError ? error : new ApiError('INTERNAL', `The page failed: ${error.message}`);
  return h('section', { class: 'card notice', role: 'alert' },
    h('h2', null, known.code === 'NOT_FOUND' ? 'Not found' : 'This could not be loaded'),
    h('p', null, known.message),
    h('p', null, known.advice, known.errorId ? ` Error id: ${known.errorId}.` : ''),
    known.code === 'UNAUTHENTICATED'
      ? keyForm('Key', () => location.reload())
      : h('button', { type: 'button', class: 'primary', onclick: retry }, 'Try again'));
}

const skeleton = () =>
  h('div', { class: 'skeleton' }, h('p', { class: 'visually-hidden' }, 'Loading…'),
    Array.from({ length: 4 }, () => h('div', { class: 'card' })));

/**
 * Renders a page from the answer to its document, and again when its URL changes.
 * @param variables of the document, or null when there is nothing to load; from the first and newest day of the data and the state of the URL
 * @param render from data to elements
 * @param follow given a function that renders again and a signal that ends it; subscribes to changes
 */
export function page(variables, render, follow) {
  let running;
  let taken;
  let rendered = '';
  const run = async () => {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    place.setAttribute('aria-busy', 'true');
    if (!rendered) place.replaceChildren(skeleton());
    try {
      const values = variables(await taken);
      shown.variables = values ?? {};
      document.querySelector('.bottom a[href*=graphiql]').href = graphiql(shown.document, shown.variables);
      const { data, extensions } = values ? await query(shown.document, values, { signal }) : { data: null, extensions: {} };
      if (signal.aborted) return;
      const elements = [render(data, extensions)].flat(9).filter(Boolean);
      if (rendered) renderAgain(place, elements);
      else place.replaceChildren(...elements);
      readable(place);
      rendered = 'yes';
    } catch (error) {
      if (signal.aborted) return;
      rendered = '';
      place.replaceChildren(notice(error, () => {
        taken = freshness();
        run();
      }));
    } finally {
      if (!signal.aborted) place.setAttribute('aria-busy', 'false');
    }
  };
  if (html.dataset.needsKey === 'true' && !token.get()) {
    place.replaceChildren(h('section', { class: 'card notice' }, h('h1', null, 'This server asks for a key'),
      h('p', null, 'Reading needs a key. It stays in this tab and is sent only to this server.'),
      keyForm('Key', () => location.reload())));
    place.setAttribute('aria-busy', 'false');
    return;
  }
  taken = freshness();
  state.onChange(run);
  run();
  if (!follow) return;
  const end = new AbortController();
  addEventListener('pagehide', () => end.abort());
  let due;
  follow(() => {
    clearTimeout(due);
    due = setTimeout(run, 250);
  }, end.signal);
}

/** Shows how current the data is; returns the first and the newest UTC day that were taken, or today. */
async function freshness() {
  const bar = document.querySelector('data-freshness');
  try {
    const { data, extensions } = await query('freshness');
    const { pipeline } = data;
    const { checkpoint, partitions } = pipeline;
    const failing = pipeline.checks.filter((check) => check.status !== 'PASSED');
    const again = partitions.stale ? `, ${count(partitions.stale)} to be taken again` : '';
    const taken = partitions.total ? `${count(partitions.done + partitions.stale)} of ${count(partitions.total)} days taken${again}` : 'no days taken yet';
    bar.replaceChildren(...[
      h('span', { class: `dot ${failing.length ? 'warn' : 'ok'}` }),
      h('span', null, checkpoint?.safeBlock ? `Block ${count(checkpoint.safeBlock)}` : 'No block yet'),
      h('span', null, checkpoint?.safeAt ? instant(checkpoint.safeAt) : ''),
      h('span', null, pipeline.lagSeconds === null ? '' : `updated ${duration(pipeline.lagSeconds)} ago`),
      h('span', null, pipeline.isFilling ? `${taken}; history is still being filled` : taken),
      failing.length ? h('a', { href: link('pipeline') }, `${failing.length} failing checks`) : null,
      h('span', { class: 'version' }, `version ${extensions.dataVersion}`)].filter(Boolean));
    return { firstDay: partitions.from ?? today(), newestDay: partitions.to ?? today() };
  } catch (error) {
    bar.replaceChildren(h('span', { class: 'dot warn' }), h('span', null, error.message));
    return { firstDay: today(), newestDay: today() };
  }
}

/** The current UTC day. */
export const today = () => new Date().toISOString().slice(0, 10);

/** The UTC day some days before another. */
export const daysBefore = (day, days) => new Date(Date.parse(day) - days * 86400000).toISOString().slice(0, 10);

/** A figure at the head of a page, a note below it, and what else stands beside the note. */
export const tile = (label, value, note, ...beside) => h('div', { class: 'tile' }, h('span', { class: 'label' }, label), h('strong', null, value),
  h('div', { class: 'tile-foot' }, h('small', null, note), beside));

const KINDS = {
  Operator: (found) => ['operators/' + found.address, nameOf(found), found.state?.tvsUsd ? usd(found.state.tvsUsd) : ''],
  Strategy: (found) => ['strategies/' + found.address, found.symbol || shorten(found.address), ''],
  Avs: (found) => ['avs/' + found.address, nameOf(found), ''],
  Delegator: (found) => ['delegators/' + found.address, shorten(found.address), ''],
  DomainOperator: (found) => [`epochs?operators=${found.operatorId}`, found.name || `Operator ${found.operatorId}`, ''],
};

const NOUNS = { Operator: 'operator', Strategy: 'strategy', Avs: 'AVS', Delegator: 'delegator', DomainOperator: 'domain operator' };

/** Search as you type, usable by arrow keys. */
class SearchBox extends HTMLElement {
  connectedCallback() {
    this.list = h('ul', { id: 'found', role: 'listbox', 'aria-label': 'Search results', hidden: true });
    this.input = h('input', {
      type: 'search', placeholder: 'Search addresses and names', 'aria-label': 'Search', role: 'combobox',
      'aria-expanded': 'false', 'aria-controls': 'found', autocomplete: 'off', spellcheck: 'false', maxlength: '100',
      oninput: () => this.search(), onkeydown: (event) => this.key(event),
    });
    this.addEventListener('focusout', (event) => {
      if (!this.contains(event.relatedTarget)) this.show([]);
    });
    this.replaceChildren(this.input, this.list);
    addEventListener('keydown', (event) => {
      if (event.key === '/' && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) {
        event.preventDefault();
        this.input.focus();
      }
    });
  }

  async search() {
    this.running?.abort();
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (!text) return this.show([]);
    this.running = new AbortController();
    const { signal } = this.running;
    this.timer = setTimeout(async () => {
      try {
        const { data } = await query('search', { text }, { signal });
        const items = data.search.map((found, index) => {
          const [path, name, note] = KINDS[found.__typename](found);
          return h('li', { role: 'option', id: `found-${index}`, 'aria-selected': 'false' },
            h('a', { href: link(path), tabindex: '-1' }, h('span', { class: 'name', dir: 'auto' }, name),
              h('small', null, [NOUNS[found.__typename], note].filter(Boolean).join(' · '))));
        });
        this.show(items.length ? items : [h('li', { class: 'none', role: 'option', 'aria-selected': 'false' }, 'Nothing matches')]);
      } catch (error) {
        if (!signal.aborted) this.show([h('li', { class: 'none', role: 'option', 'aria-selected': 'false' }, error.message)]);
      }
    }, 150);
  }

  show(items) {
    this.chosen = -1;
    this.input.removeAttribute('aria-activedescendant');
    this.list.replaceChildren(...items);
    this.list.hidden = !items.length;
    this.input.setAttribute('aria-expanded', String(items.length > 0));
  }

  key(event) {
    const items = [...this.list.querySelectorAll('a')];
    if (event.key === 'Escape') this.show([]);
    if (event.key === 'Enter' && items.length) location.href = items[Math.max(0, this.chosen)].href;
    if (!/^Arrow(Up|Down)$/.test(event.key) || !items.length) return;
    event.preventDefault();
    this.chosen = (this.chosen + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length;
    items.forEach((item, index) => item.parentElement.setAttribute('aria-selected', String(index === this.chosen)));
    this.input.setAttribute('aria-activedescendant', items[this.chosen].parentElement.id);
    items[this.chosen].scrollIntoView({ block: 'nearest' });
  }
}
customElements.define('search-box', SearchBox);
