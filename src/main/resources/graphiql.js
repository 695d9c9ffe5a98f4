// beside this page, also where a proxy serves both under a prefix
const url = new URL('graphql', location.href).href;
const subscriptionUrl = url.replace(/^http/, 'ws');

fetch('graphiql/examples')
  .then((response) => response.json())
  .then((examples) =>
    ReactDOM.createRoot(document.getElementById('graphiql')).render(
      React.createElement(GraphiQL, {
        fetcher: GraphiQL.createFetcher({ url, subscriptionUrl }),
        defaultTabs: Object.values(examples).map((query) => ({ query })),
        defaultEditorToolsVisibility: true,
      }),
    ),
  );
