// GraphQL over HTTP: persisted documents, revalidation by ETag (the browser's cache does it), cancellation, errors by code.
import { root } from './format.js';

const TOKEN = 'operator-analytics-token';
const base = new URL('../', import.meta.url);
const documents = new Map();

export const token = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set(value) {
    if (value) sessionStorage.setItem(TOKEN, value);
    else sessionStorage.removeItem(TOKEN);
  },
};

/** What a reader can do about an error. */
const ADVICE = {
  UNAUTHENTICATED: 'Enter a valid key.',
  FORBIDDEN: 'This needs the token of an administrator.',
  TOO_MANY_REQUESTS: 'Wait a moment, then try again.',
  COST_EXCEEDED: 'Choose a shorter range or fewer rows.',
  TIMEOUT: 'Try again, or choose a shorter range.',
  UNAVAILABLE: 'The server is busy or has lost its database. Try again in a few seconds.',
  NETWORK: 'The server cannot be reached. Check the connection, then try again.',
  OUTDATED: 'Reload the page.',
  INTERNAL: 'Try again. If it fails again, tell the operator of this server what you see here.',
};

export class ApiError extends Error {
  constructor(code, message, errorId) {
    super(message);
    this.code = code;
    this.errorId = errorId;
    this.advice = ADVICE[code] ?? 'Go back, or change what the page asks for.';
  }
}

const failure = (error) =>
  new ApiError(error.extensions?.code ?? 'INTERNAL', error.message, error.extensions?.errorId);

const headers = () => ({
  accept: 'application/json',
  ...(token.get() ? { authorization: `Bearer ${token.get()}` } : {}),
});

/** What a status means when no GraphQL error comes with it, as from a proxy. */
const CODES = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 429: 'TOO_MANY_REQUESTS', 502: 'UNAVAILABLE', 503: 'UNAVAILABLE', 504: 'UNAVAILABLE' };
const unexpected = ({ status }) => new ApiError(CODES[status] ?? 'INTERNAL', `The server answered ${status}.`);

async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError('NETWORK', 'No answer from the server.');
  }
}

/** A document of docs/queries with its hash. */
function load(name) {
  if (!documents.has(name)) {
    documents.set(name, reach(new URL(`queries/${name}.json`, base)).then((response) => {
      if (response.status === 404) throw new ApiError('OUTDATED', 'This page belongs to another version of the server.');
      if (!response.ok) throw unexpected(response);
      return response.json();
    }).catch((error) => {
      documents.delete(name);
      throw error;
    }));
  }
  return documents.get(name);
}

async function send(url, options) {
  const response = await reach(url, options);
  try {
    return { answer: await response.json() };
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw unexpected(response);
  }
}

const post = (body, signal) => send(new URL('graphql', root), {
  method: 'POST',
  headers: { ...headers(), 'content-type': 'application/json' },
  body: JSON.stringify(body),
  signal,
});

/** Runs a document of docs/queries; returns {data, extensions}. */
export async function query(name, variables = {}, { signal } = {}) {
  const { document, sha256Hash } = await load(name);
  const url = new URL('graphql', root);
  url.searchParams.set('variables', JSON.stringify(variables));
  url.searchParams.set('extensions', JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }));
  let { answer } = await send(url, { headers: headers(), signal });
  if (answer.errors?.[0]?.extensions?.code === 'PERSISTED_QUERY_NOT_FOUND') {
    // by POST, because a document can be longer than a URL; from then on the server knows its hash
    answer = (await post({ query: document, variables }, signal)).answer;
  }
  if (answer.errors?.length) throw failure(answer.errors[0]);
  return answer;
}

/** All rows of the list that a document selects, as CSV; takes those variables that it declares. */
export async function exportCsv(name, variables) {
  const { document } = await load(name);
  const declared = new Set([...document.matchAll(/\$(\w+):/g)].map((match) => match[1]));
  const response = await reach(new URL('graphql/export.csv', root), {
    method: 'POST', headers: { ...headers(), accept: 'text/csv', 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables: Object.fromEntries(Object.entries(variables).filter(([name]) => declared.has(name))) }),
  });
  if (!response.ok) {
    const { errors } = await response.json().catch(() => ({}));
    throw errors?.length ? failure(errors[0]) : unexpected(response);
  }
  return response.text();
}

/** Runs a document that is a mutation. */
export async function execute(name, variables) {
  const { document } = await load(name);
  const { answer } = await post({ query: document, variables });
  if (answer.errors?.length) throw failure(answer.errors[0]);
  return answer.data;
}

/** Follows a subscription over server-sent events; resumes after the last event when the connection breaks. */
export async function subscribe(name, variables, onEvent, signal) {
  let last;
  for (let wait = 1000; !signal.aborted; wait = Math.min(wait * 2, 30000)) {
    try {
      const { document } = await load(name);
      const response = await fetch(new URL('graphql/stream', root), {
        method: 'POST',
        signal,
        headers: {
          ...headers(), accept: 'text/event-stream', 'content-type': 'application/json',
          ...(last ? { 'last-event-id': last } : {}),
        },
        body: JSON.stringify({ query: document, variables }),
      });
      if (!response.ok) throw new ApiError('UNAVAILABLE', `The server answered ${response.status}.`);
      let text = '';
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const events = (text + value).split('\n\n');
        text = events.pop();
        for (const event of events) {
          const field = (name) => event.split('\n').filter((line) => line.startsWith(`${name}:`))
            .map((line) => line.slice(name.length + 1).trimStart()).join('\n');
          if (field('id')) last = field('id');
          if (field('event') === 'next') {
            const answer = JSON.parse(field('data'));
            wait = 1000;
            if (answer.data) onEvent(answer.data);
          }
        }
      }
    } catch (error) {
      if (signal.aborted) return;
    }
    await new Promise((resume) => setTimeout(resume, wait));
  }
}
