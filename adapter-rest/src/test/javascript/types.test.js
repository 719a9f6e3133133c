/* What a real compiler says of touchline.d.ts. ScriptTest unpacks the compiler and tells by TYPESCRIPT where it is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Touchline } from '../../main/resources/io/touchline/adapter/rest/touchline.js';

const ts = createRequire(import.meta.url)(process.env.TYPESCRIPT);

const path = file => fileURLToPath(new URL(file, import.meta.url));
const APPLICATION = path('application.ts');
const MODULE = path('../../main/resources/io/touchline/adapter/rest/touchline.js');
const TYPES = MODULE.replace(/js$/, 'd.ts');

const program = ts.createProgram([APPLICATION, MODULE], {
  noEmit: true,
  strict: true,
  allowJs: true, // what the compiler finds in the module itself is held against what is declared
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
});
const checker = program.getTypeChecker();

const exportsOf = file => checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
const declared = name => checker.getDeclaredTypeOfSymbol(exportsOf(TYPES).find(each => each.name === name));
const names = type => checker.getPropertiesOfType(type).map(({ name }) => name);

/** The public members of a type; of methods also how many arguments they take. */
function members(of, type) {
  return checker.getPropertiesOfType(type).filter(({ name }) => !/^[_#]/.test(name)).flatMap(member => {
    const value = checker.getTypeOfSymbol(member);
    const [call] = value.getCallSignatures();
    const name = `${of}.${member.name}`;
    return call ? `${name}(${call.parameters.length})` : [name, ...(member.name === 'api' ? members(name, value) : [])];
  });
}

/** What there is to import from a file, with all that it has. */
function offered(file) {
  return exportsOf(file).filter(({ flags }) => flags & ts.SymbolFlags.Value).flatMap(each => [
    each.name,
    ...members(each.name, checker.getDeclaredTypeOfSymbol(each)),
    ...members(`static ${each.name}`, checker.getTypeOfSymbol(each)),
  ]);
}

function assertSame(types, module) {
  const without = (some, others) => some.filter(each => !others.includes(each));
  assert.deepEqual(
    { undeclared: without(module, types), missing: without(types, module) },
    { undeclared: [], missing: [] });
}

test('an application that uses everything compiles, and wrong uses do not', () => {
  const errors = [APPLICATION, TYPES].flatMap(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  assert.equal(errors.length, 0, ts.formatDiagnostics(errors, {
    getCanonicalFileName: file => file, getCurrentDirectory: () => path('.'), getNewLine: () => '\n',
  }));
});

test('what the module exports is declared, and the other way round', () => {
  assertSame(offered(TYPES), offered(MODULE));
});

test('the options that the client looks at are declared, and the other way round', () => {
  const seen = [];
  const options = { token: () => null, url: 'https://chat.example.com', WebSocket: class {} };
  new Touchline(new Proxy(options, { get: (target, name) => (seen.push(name), target[name]) }));
  assertSame(names(declared('Options')), seen);
});

test('the events that the client tells are declared, and the other way round', () => {
  const told = [...readFileSync(MODULE, 'utf8').matchAll(/_emit\('(\w+)'/g)].map(([, event]) => event);
  assertSame(names(declared('Events')), told);
});
