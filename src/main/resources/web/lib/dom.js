// Builds elements. Texts become text nodes only, so no data can become markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [key, each] of Object.entries(value)) element.style.setProperty(key, each);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A menu that closes by Escape, and when the focus leaves it. */
export function menu(name, ...content) {
  const element = h('details', {
    class: 'menu',
    onkeydown: ({ key }) => {
      if (key !== 'Escape') return;
      element.open = false;
      element.querySelector('summary').focus();
    },
    onfocusout: ({ relatedTarget }) => {
      if (relatedTarget && !element.contains(relatedTarget)) element.open = false;
    },
  }, h('summary', null, name), h('div', null, content));
  return element;
}

/** A file that the browser saves. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// The state of a page is the query of its URL: it can be shared, and survives reload and back.
const parameters = () => new URLSearchParams(location.search);

function changed(changes) {
  const next = parameters();
  for (const [name, value] of Object.entries(changes)) {
    if (value === '' || value === null || value === undefined) next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return location.pathname + (text ? `?${text}` : '');
}

export const state = {
  get: (name, otherwise = '') => parameters().get(name) ?? otherwise,
  /** Changes parameters; an empty value removes one. */
  set(changes) {
    history.pushState(null, '', changed(changes));
    dispatchEvent(new Event('statechange'));
  },
  /** Changes parameters without rendering the page again. */
  keep: (changes) => history.replaceState(null, '', changed(changes)),
  onChange(listener) {
    addEventListener('statechange', listener);
    addEventListener('popstate', listener);
  },
};
