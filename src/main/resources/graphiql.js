// beside this page, also where a proxy serves both under a prefix
const url = new URL('graphql', location.href).href;
const subscriptionUrl = url.replace(/^http/, 'ws');
// a page opens its own document here, with its variables and its key
const asked = new URLSearchParams(location.search);
const token = sessionStorage.getItem('operator-analytics-token');

fetch('graphiql/examples')
  .then((response) => response.json())
  .then((examples) => {
    const query = asked.get('query') ?? examples[asked.get('document')];
    ReactDOM.createRoot(document.getElementById('graphiql')).render(
      React.createElement(GraphiQL, {
        fetcher: GraphiQL.createFetcher({ url, subscriptionUrl }),
        defaultTabs: Object.values(examples).map((each) => ({ query: each })),
        defaultEditorToolsVisibility: true,
        shouldPersistHeaders: false,
        ...(query ? { query, variables: JSON.stringify(JSON.parse(asked.get('variables') ?? '{}'), null, 2) } : {}),
        ...(token ? { headers: JSON.stringify({ authorization: `Bearer ${token}` }) } : {}),
      }),
    );
  });
