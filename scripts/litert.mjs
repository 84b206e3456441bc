// litert.mjs answers, one after the other, models that come on standard input, by official LiteRT: the npm package
// @litertjs/core, WebAssembly on the CPU, which is XNNPACK for the operators that it takes and TensorFlow Lite's builtin
// kernels for the rest.
//
//   LITERTJS=DIR/node_modules/@litertjs/core node --experimental-wasm-relaxed-simd --no-liftoff litert.mjs
//
// A request is a line of JSON {"model","inputs":["…"]}, model and inputs (in the graph's order) in base64; a line
// {"ready":true} comes first. An answer is {"outputs":["…"],"shapes":[[…]],"xnnpack":bool} or
// {"error":"…","crashed":bool}. The process ends with status 3 when the library has crashed on a model, after having said so.
//
// Nothing is freed that LiteRT keeps for a model, so who asks starts a new process now and then.
import fs from 'fs'
import readline from 'readline'
import vm from 'vm'
import { createRequire } from 'module'
import { pathToFileURL } from 'url'

const pkg = process.env.LITERTJS || 'node_modules/@litertjs/core'
const wasm = pkg + '/wasm/'

// The package expects a browser's worker: give it the few globals that it looks for.
globalThis.require = createRequire(import.meta.url)
globalThis.__dirname = wasm
globalThis.__filename = wasm + 'litert_wasm_internal.js'
globalThis.self = globalThis
globalThis.importScripts = path => {
  const source = fs.readFileSync(path.replace('file://', ''), 'utf8')
  return vm.runInThisContext(source + '\n;globalThis.ModuleFactory = ModuleFactory', path)
}
globalThis.Module = undefined
const fetchURL = globalThis.fetch
globalThis.fetch = async (url, options) => String(url).startsWith('/')
  ? new Response(fs.readFileSync(String(url)), { headers: { 'content-type': 'application/wasm' } })
  : fetchURL(url, options)

// LiteRT's own talk. It prints what goes wrong when it prepares or invokes an operator and then hands out buffers that it
// has never written, so a printed error is an answer.
let errors = []
console.log = console.info = console.warn = console.error = (...words) => {
  const line = words.join(' ')
  if (line.startsWith('ERROR:')) errors.push(line.slice(7).trim())
}

const litert = await import(pathToFileURL(pkg + '/dist/index.js').href)
await litert.loadLiteRt(wasm)
const { liteRtWasm: W } = litert.getGlobalLiteRt()
const env = litert.getGlobalLiteRt().getDefaultEnvironment().liteRtEnvironment
const options = { environment: litert.getGlobalLiteRt().getDefaultEnvironment(), accelerator: 'wasm', cpuOptions: { numThreads: 1 }, gpuOptions: {}, webNNOptions: {} }

const say = answer => fs.writeSync(1, JSON.stringify(answer) + '\n')

const list = v => Array.from({ length: v.size() }, (_, i) => v.get(i))

function input (model, i, text) {
  const data = Buffer.from(text, 'base64')
  const buffer = W.LiteRtTensorBuffer.createManaged(env, W.LiteRtTensorBufferType.HOST_MEMORY, model.getInputTensorType(0, i), data.length)
  W.HEAPU8.set(data, buffer.lock(W.LiteRtTensorBufferLockMode.WRITE))
  buffer.unlock()
  return buffer
}

function output (buffer) {
  const at = buffer.lock(W.LiteRtTensorBufferLockMode.READ)
  const data = Buffer.from(W.HEAPU8.slice(at, at + buffer.packedSize())).toString('base64')
  buffer.unlock()
  const shape = list(buffer.tensorType().layout().dimensions())
  buffer.delete()
  return { data, shape }
}

async function answer (request) {
  const bytes = Buffer.from(request.model, 'base64')
  const at = W._malloc(bytes.length)
  W.HEAPU8.set(bytes, at)
  const model = W.loadModel(env, at, bytes.length)
  const compiled = await W.compileModel(env, model, options)
  const buffers = request.inputs.map((text, i) => input(model, i, text))
  const outputs = (await compiled.run(0, buffers)).map(output)
  let xnnpack = null
  try { xnnpack = compiled.isFullyAccelerated() } catch {}
  buffers.forEach(b => b.delete())
  compiled.delete()
  model.delete()
  W._free(at)
  return { outputs: outputs.map(o => o.data), shapes: outputs.map(o => o.shape), xnnpack }
}

say({ ready: true })
for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  errors = []
  try {
    const given = await answer(JSON.parse(line))
    say(errors.length ? { error: errors.join('; ') } : given)
  } catch (e) {
    const known = typeof e === 'number' && W.getExceptionMessage ? W.getExceptionMessage(e).join(': ') : e
    const crashed = e instanceof WebAssembly.RuntimeError
    say({ error: [...errors, (known && known.message) || known].join('; '), crashed })
    if (crashed) process.exit(3)
  }
}
