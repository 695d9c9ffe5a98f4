package dev.operatoranalytics.api.document;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.LightDataFetcher;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A field that its parent alone answers, without loading anything.
 *
 * @param isOfRecord whether the parent has it under the field's own name
 */
record PropertyFetcher(Function<Object, @Nullable Object> answer, boolean isOfRecord)
    implements LightDataFetcher<@Nullable Object> {

  @Override
  public @Nullable Object get(
      GraphQLFieldDefinition field, Object parent, Supplier<DataFetchingEnvironment> env) {
    return answer.apply(parent);
  }

  @Override
  public @Nullable Object get(DataFetchingEnvironment env) {
    return answer.apply(Objects.requireNonNull(env.<Object>getSource()));
  }

  /** The public method of a class that has the name of the field and takes nothing. */
  static Optional<Method> method(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(
            method ->
                method.getName().equals(name)
                    && method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers()))
        .findFirst();
  }

  /** Calls a method as directly as compiled code does, once somebody has asked for it. */
  static PropertyFetcher calling(Method method) {
    return new PropertyFetcher(new Calling(method), true);
  }

  private static final class Calling implements Function<Object, @Nullable Object> {
    private final Method method;
    private @Nullable Function<Object, @Nullable Object> compiled;

    Calling(Method method) {
      this.method = method;
    }

    @Override
    public @Nullable Object apply(Object parent) {
      var call = compiled;
      if (call == null) {
        call = compile(method);
        compiled = call;
      }
      return call.apply(parent);
    }
  }

  @SuppressWarnings("unchecked") // the factory makes what it is told to make
  private static Function<Object, @Nullable Object> compile(Method method) {
    try {
      var lookup =
          MethodHandles.privateLookupIn(method.getDeclaringClass(), MethodHandles.lookup());
      var target = lookup.unreflect(method);
      var site =
          LambdaMetafactory.metafactory(
              lookup,
              "apply",
              MethodType.methodType(Function.class),
              MethodType.methodType(Object.class, Object.class),
              target,
              target.type().wrap());
      return (Function<Object, @Nullable Object>) site.getTarget().invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call " + method, e);
    }
  }
}
