// Shows the two documents beside this page. Whatever comes out of them is put in as text.

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** An element; children are elements or text, and what is missing is left out. */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== ''));
  return element;
}

const anchor = (...parts) => parts.join('-').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase();

/** One document: what its references mean, and how its schemas are shown. */
class Shown {
  constructor(document, prefix) {
    this.document = document;
    this.prefix = prefix;
  }

  /** What stands there, whether it is there itself or by reference. */
  resolve(node) {
    return node?.$ref ? this.resolve(node.$ref.slice(2).split('/').reduce(
        (at, part) => at[part.replaceAll('~1', '/').replaceAll('~0', '~')], this.document)) : node;
  }

  link(reference) {
    const name = reference.split('/').at(-1);
    return el('a', { href: '#' + anchor(this.prefix, name) }, name);
  }

  /** In a few words, what values there are. */
  type(schema) {
    if (schema.$ref) {
      return [this.link(schema.$ref)];
    }
    if (schema.allOf?.length === 1) {
      return this.type(schema.allOf[0]);
    }
    if ('const' in schema) {
      return [el('code', {}, JSON.stringify(schema.const))];
    }
    if (schema.enum) {
      return listed(schema.enum.map((value) => el('code', {}, JSON.stringify(value))), ' or ');
    }
    if (schema.oneOf) {
      return listed(schema.oneOf.map((each) => this.type(each)), ' or ');
    }
    if (schema.type === 'array') {
      return ['array of ', this.type(schema.items)];
    }
    if (schema.additionalProperties) {
      return [this.type(schema.additionalProperties), ' by ', this.type(schema.propertyNames)];
    }
    return [schema.format ?? schema.type ?? 'any'];
  }

  /** Bounds and the like. */
  bounds(schema) {
    const range = (low, high, unit) => low === undefined && high === undefined ? undefined
        : high === undefined || high >= Number.MAX_SAFE_INTEGER ? `from ${low}${unit}`
        : `${low === undefined ? 'up to' : low + ' to'} ${high}${unit}`;
    return [
      range(schema.minimum, schema.maximum, ''),
      range(schema.minLength, schema.maxLength, ' characters'),
      range(schema.minItems, schema.maxItems, ' items'),
      schema.default !== undefined ? `else ${schema.default}` : undefined,
      schema.pattern ? el('code', {}, schema.pattern) : undefined,
    ].filter((bound) => bound !== undefined);
  }

  /** Every field, those of what is joined by allOf too: later ones say more of the same. */
  fields(schema) {
    const resolved = this.resolve(schema);
    const fields = new Map();
    const take = (more, required) => {
      for (const [name, field] of Object.entries(more)) {
        fields.set(name, { field, required: required.includes(name) || fields.get(name)?.required });
      }
    };
    for (const part of resolved.allOf ?? []) {
      for (const [name, known] of this.fields(part)) {
        take({ [name]: known.field }, known.required ? [name] : []);
      }
    }
    take(resolved.properties ?? {}, resolved.required ?? []);
    return fields;
  }

  table(schema) {
    const fields = [...this.fields(schema)];
    return fields.length === 0 ? undefined : el('table', {},
        el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Field'), el('th', { scope: 'col' }, 'Value'), el('th', { scope: 'col' }, 'Meaning'))),
        el('tbody', {}, fields.map(([name, { field, required }]) => row(
            [el('code', {}, name), required ? '' : el('span', { class: 'optional' }, ' optional')],
            [this.type(field), this.bounds(field).map((bound) => [', ', bound])],
            field.description ?? ''))));
  }

  /** A schema that others point to. */
  definition(name, schema) {
    const table = this.table(schema);
    return el('article', { id: anchor(this.prefix, name) },
        el('h4', {}, name),
        schema.description ? el('p', {}, schema.description) : undefined,
        table ?? el('p', { class: 'value' }, this.type(schema), this.bounds(schema).map((bound) => [', ', bound])));
  }
}

const listed = (nodes, between) => nodes.flatMap((node, at) => at === 0 ? [node] : [between, node]);

const row = (head, ...cells) => el('tr', {}, el('th', { scope: 'row' }, head), cells.map((cell) => el('td', {}, cell)));

function operation(shown, path, method, call) {
  const parameters = (call.parameters ?? []).map((each) => shown.resolve(each));
  const body = call.requestBody && Object.values(call.requestBody.content)[0].schema;
  const answers = Object.entries(call.responses).map(([status, answer]) => [status, answer, shown.resolve(answer)]);
  const good = answers.filter(([status]) => Number(status) < 400);
  const bad = answers.filter(([status]) => Number(status) >= 400);
  return el('article', { id: anchor('call', method, path) },
      el('h4', {}, el('span', { class: 'method ' + method }, method.toUpperCase()), ' ', el('code', {}, path)),
      el('p', {}, el('strong', {}, call.summary.replace(/\w$/, '$&.')), call.description ? ' ' + call.description : '',
          call.security ? ' Needs no token.' : ''),
      parameters.length === 0 ? undefined : el('table', {},
          el('caption', {}, 'Asked with'),
          el('tbody', {}, parameters.map((each) => row(
              [el('code', {}, each.name), each.required ? '' : el('span', { class: 'optional' }, ' optional')],
              [each.in, ', ', shown.type(each.schema), shown.bounds(each.schema).map((bound) => [', ', bound])],
              each.description ?? '')))),
      body && el('p', {}, 'Body: ', shown.type(body), call.requestBody.required ? '.' : ', optional.'),
      el('table', {},
          el('caption', {}, 'Answered with'),
          el('tbody', {}, good.map(([status, , answer]) => {
            const content = Object.entries(answer.content ?? {})[0];
            return row(status, content ? [content[0] === 'application/json' ? shown.type(content[1].schema) : content[0]] : '', answer.description);
          }))),
      el('p', { class: 'errors' }, 'Errors: ', listed(bad.map(([status, answer]) => answer.$ref
          ? el('a', { href: '#' + anchor('error', status) }, status) : `${status} (${answer.description})`), ', ')));
}

function rest(document) {
  const shown = new Shown(document, 'object');
  const calls = Object.entries(document.paths).flatMap(([path, item]) => METHODS
      .filter((method) => item[method]).map((method) => ({ path, method, call: item[method] })));
  const errors = Object.values(document.components.responses).map((answer) => ({
    answer,
    problem: Object.values(answer.content)[0].schema.allOf[1].properties,
  }));
  return [
    section('REST', document.info.description, document.tags.map((tag) => [tag.name, tag.description, calls
        .filter(({ call }) => call.tags.includes(tag.name))
        .map(({ path, method, call }) => operation(shown, path, method, call))])),
    section('Errors', undefined, [[undefined, undefined, [el('table', {},
        el('thead', {}, el('tr', {}, ['Status', 'Type', 'When'].map((head) => el('th', { scope: 'col' }, head)))),
        el('tbody', {}, errors.map(({ answer, problem }) => {
          const line = row(String(problem.status.const), el('code', {}, problem.type.const),
              [answer.description, Object.keys(answer.headers ?? {}).map((name) => [' With ', el('code', {}, name), '.'])]);
          line.id = anchor('error', problem.status.const);
          return line;
        })))]]]),
    section('Objects', undefined, [[undefined, undefined, Object.entries(document.components.schemas)
        .map(([name, schema]) => shown.definition(name, schema))]]),
  ];
}

function sockets(document) {
  const shown = new Shown(document, 'frame');
  const socket = document.channels.socket;
  const frames = (operation) => document.operations[operation].messages.map((each) => {
    const message = shown.resolve(shown.resolve(each));
    return el('article', { id: anchor(operation, message.name) },
        el('h4', {}, el('code', {}, message.name)),
        el('p', {}, message.title + '.'),
        shown.table(message.payload));
  });
  const codes = (entries) => el('table', {}, el('tbody', {}, entries));
  const own = new Set(Object.values(document.components.messages).map((message) => message.payload.$ref.split('/').at(-1)));
  return [section('Sockets', document.info.description + ' ' + socket.description, [
    ['Handshake', `GET ${socket.address}: whoever offers the sub-protocol touchline.v1 is let in and closed with a code; any other sees the status.`,
      [codes(Object.entries(socket['x-handshake']).map(([status, meaning]) => row(status, meaning)))]],
    ['From the server', document.operations.hear.summary + '.', frames('hear')],
    ['From the client', document.operations.say.summary + '.', frames('say')],
    ['Close codes', undefined, [el('table', {},
        el('thead', {}, el('tr', {}, ['Code', 'Why', 'Connect again?'].map((head) => el('th', { scope: 'col' }, head)))),
        el('tbody', {}, Object.entries(socket['x-close-codes']).map(([code, { again, description }]) => row(code, description, again))))]],
    ['Their values', undefined, Object.entries(document.components.schemas)
        .filter(([name]) => !own.has(name)).map(([name, schema]) => shown.definition(name, schema))],
  ])];
}

/** @param parts each a title, a text and elements; what has no title belongs to the section itself */
function section(title, text, parts) {
  return el('section', { id: anchor(title), 'aria-labelledby': anchor('title', title) },
      el('h2', { id: anchor('title', title) }, title),
      text ? el('p', {}, text) : undefined,
      parts.map(([name, meaning, elements]) => [
        name ? el('h3', { id: anchor(title, name) }, name) : undefined,
        meaning ? el('p', {}, meaning) : undefined,
        elements,
      ]));
}

function contents(main) {
  const links = [...main.querySelectorAll('h2, h3, article')].map((element) => {
    const heading = element.localName === 'article' ? element.querySelector('h4') : element;
    const target = element.localName === 'h2' ? element.closest('section').id : element.id;
    const words = [...heading.childNodes].map((node) => node.cloneNode(true));
    words.forEach((word) => { word.textContent = word.textContent.replace(/^\/api\/v1(?=\/)/, ''); });
    return el('li', { class: heading.localName }, el('a', { href: '#' + target }, words));
  });
  return el('ul', {}, links);
}

async function load(name) {
  const response = await fetch(new URL('../' + name, import.meta.url), { cache: 'no-cache' });
  if (!response.ok) {
    throw new Error(`${name} was answered ${response.status}`);
  }
  return response.json();
}

const main = document.getElementById('main');
const state = document.getElementById('state');
try {
  const [openApi, asyncApi] = await Promise.all([load('openapi.json'), load('asyncapi.json')]);
  main.append(...rest(openApi), ...sockets(asyncApi));
  document.getElementById('contents').append(contents(main));
  state.textContent = `OpenAPI ${openApi.openapi} and AsyncAPI ${asyncApi.asyncapi}, of version ${openApi.info.version}.`;
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
} catch (failure) {
  state.textContent = `The documents cannot be shown: ${failure.message}.`;
}
