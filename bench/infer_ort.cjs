// SPDX-License-Identifier: Apache-2.0
// An exported network against onnxruntime, one thread each, in interleaved rounds.
// usage: node infer_ort.cjs WORK MODELS MODEL BAR PROGRAM     BAR 0: none
// WORK: node_modules/onnxruntime-node, and MODEL_int8.onnx and MODEL_f32.onnx as
// `mote model convert` writes them; MODELS/MODEL: in.bin, out.bin, info.json; PROGRAM:
// bench/network.c.
// The modes of onnxruntime: float32; int8 with session.x64quantprecision=1, which never
// saturates; int8 without it, when its outputs are as near to the expected ones.
const fs = require('fs');
const path = require('path');
const { spawn } = require('child_process');
const [work, models, model, bar, program] = process.argv.slice(2);
const ort = require(path.join(work, 'node_modules', 'onnxruntime-node'));
const read = (name) => fs.readFileSync(path.join(models, model, name));
const info = JSON.parse(read('info.json')), shape = info.inputs[0].shape;
const count = shape.reduce((a, b) => a * b, 1);
const input = new Int8Array(read('in.bin')), want = new Int8Array(read('out.bin'));
const rounds = Number(process.env.ROUNDS || 25);

const median = (list) => list.slice().sort((a, b) => a - b)[list.length >> 1];

const session = (what, extra) => ort.InferenceSession.create(what, {
  intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential',
  graphOptimizationLevel: 'all', ...extra });

// What a call costs without a network: one Identity, as the bytes of an .onnx file.
function identity() {
  const part = (n, ...b) => [n << 3 | 2, b.flat().length, ...b.flat()];
  const text = (n, s) => part(n, ...Buffer.from(s));
  const value = (n, s) =>
    part(n, text(1, s), part(2, part(1, 8, 1, part(2, part(1, 8, 1)))));
  const node = part(1, text(1, 'x'), text(2, 'y'), text(4, 'Identity'));
  const graph = part(7, node, text(2, 'g'), value(11, 'x'), value(12, 'y'));
  return Buffer.from([8, 8, ...graph, ...part(8, text(1, ''), [16, 17])]);
}

function child() {
  const c = spawn(program, ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '', done = null;
  c.stdout.on('data', (d) => {
    text += d;
    if (!text.endsWith('\n')) return;
    const times = text.trim().split(' ').map(Number);
    text = '';
    done(times);
  });
  return { run: (n) => new Promise((r) => { done = r; c.stdin.write(n + '\n'); }),
           end: () => c.stdin.end() };
}

async function time([s, feed], n) {
  const list = [];
  for (let i = -n; i < n; i++) {
    const start = process.hrtime.bigint();
    await s.run(feed);
    if (i >= 0) list.push(Number(process.hrtime.bigint() - start) / 1e3);
  }
  return median(list);
}

const int8 = (k) =>
  new ort.Tensor('int8', input.slice(k * count, (k + 1) * count), shape);
const feed = (s, tensor) => ({ [s.inputNames[0]]: tensor });

// Largest difference from the expected bytes.
async function distance(s) {
  let most = 0;
  for (let k = 0; (k + 1) * count <= input.length; k++) {
    const got = Object.values(await s.run(feed(s, int8(k))))[0].data;
    for (let i = 0; i < got.length; i++)
      most = Math.max(most, Math.abs(got[i] - want[k * got.length + i]));
  }
  return most;
}

async function main() {
  const { scale, zero_point: zero } = info.inputs[0];
  const real = Float32Array.from(input.slice(0, count), (q) => scale * (q - zero));
  const file = (kind) => path.join(work, `${model}_${kind}.onnx`);
  const f32 = await session(file('f32')), fast = await session(file('int8'));
  const precise = await session(file('int8'),
                                { extra: { session: { x64quantprecision: '1' } } });
  const call = await session(identity());
  const peers = {
    float32: [f32, feed(f32, new ort.Tensor('float32', real, shape))],
    'int8 precise': [precise, feed(precise, int8(0))],
    int8: [fast, feed(fast, int8(0))] };
  const off = await distance(fast), least = await distance(precise);
  if (off > least + 1) delete peers.int8;
  const none = { x: new ort.Tensor('float32', [0], [1]) };
  const ours = child(), times = { call: [], ours: [] };
  for (const k in peers) times[k] = [];
  for (let r = 0, n = 100; r < rounds; r++) {
    times.call.push(await time([call, none], n));
    for (const k in peers) times[k].push(await time(peers[k], n));
    times.ours.push(median(await ours.run(n)));
  }
  ours.end();
  // The least of the rounds: what others do on the machine only ever adds.
  const net = (k, f) => f(times[k]) - (k === 'ours' ? 0 : f(times.call));
  const least_of = (k) => net(k, (list) => Math.min(...list));
  const median_of = (k) => net(k, median);
  const show = (k) => `${least_of(k).toFixed(1)} (${median_of(k).toFixed(1)})`;
  const best = Object.keys(peers).sort((a, b) => least_of(a) - least_of(b))[0];
  const text = Object.keys(peers).map((k) => `${k} ${show(k)}`);
  if (!peers.int8) text.push(`int8 off by ${off} (precise by ${least})`);
  const ratio = least_of(best) / least_of('ours'), ok = ratio >= Number(bar);
  const middle = median_of(best) / median_of('ours');
  console.log(
    `  onnxruntime, us, least of ${rounds} rounds (median): ${text.join(', ')}\n` +
    `  mote ${show('ours')}: ${ratio.toFixed(2)}x (${middle.toFixed(2)}x) ${best}, ` +
    (Number(bar) ? `bar ${bar}x ${ok ? 'ok' : 'MISSED'}` : 'no bar'));
  process.exitCode = ok ? 0 : 1;
}

main();
