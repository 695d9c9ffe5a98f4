const subscriptions = location.origin.replace(/^http/, 'ws') + '/graphql';

fetch('/graphiql/examples')
  .then((response) => response.json())
  .then((examples) =>
    ReactDOM.createRoot(document.getElementById('graphiql')).render(
      React.createElement(GraphiQL, {
        fetcher: GraphiQL.createFetcher({ url: '/graphql', subscriptionUrl: subscriptions }),
        defaultTabs: Object.values(examples).map((query) => ({ query })),
        defaultEditorToolsVisibility: true,
      }),
    ),
  );
