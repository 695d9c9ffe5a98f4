const examples = [
  {
    query: `# The largest operators, and what they hold. Ctrl-Enter runs it; the tabs above show more.
query LargestOperators {
  operators(first: 10, orderBy: [{ field: TVS }]) {
    totalCount
    nodes {
      address
      metadata { name }
      state { totalTvs tvsStatus activeDelegators activeAvsCount }
      strategies(first: 3) { nodes { strategy { symbol } tokens tvsUsd } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# One operator: its total, how it is made up, and who delegates to it.
query OneOperator($address: Address!) {
  operator(address: $address) {
    metadata { name website }
    state { totalTvs tvsUpdatedAt unpricedStrategyCount totalSlashEvents operationalDays }
    statistics { tvs { total byStrategy { strategy { symbol } tvsUsd utilizationRate } } }
    delegators(first: 5) { totalCount nodes { delegator { address } isActive tvsUsd } }
  }
}
`,
    variables: JSON.stringify({ address: '0xa42cd0029f681b08b61f535e846f2a36f468c1c2' }, null, 2),
  },
  {
    query: `# Every strategy with its price, its rate, and who holds most of it.
query Strategies {
  strategies(first: 20) {
    nodes {
      symbol decimals exchangeRate rateStatus priceUsd totalShares tvsUsd operatorCount
      operators(first: 3) { nodes { operator { address metadata { name } } tvsUsd } }
    }
  }
}
`,
  },
];

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    defaultTabs: examples,
    defaultEditorToolsVisibility: true,
  }),
);
