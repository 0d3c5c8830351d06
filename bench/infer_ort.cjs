// SPDX-License-Identifier: Apache-2.0
// Exported networks against onnxruntime, one thread each, in interleaved rounds.
// usage: node infer_ort.cjs MODULES MODELS ONNX MODEL BAR NAME=PROGRAM...
// MODULES: where onnxruntime-node is; MODELS/MODEL: in.bin, out.bin, info.json; ONNX: the
// files MODEL_f32.onnx (float32) and MODEL_qdq.onnx (uint8 in and out), identity.onnx.
// The modes of onnxruntime: float32; int8 with session.x64quantprecision=1, which never
// saturates; int8 without it, when its outputs are as near to the expected ones.
const fs = require('fs');
const path = require('path');
const { spawn } = require('child_process');
const [modules, models, onnx, model, bar, ...programs] = process.argv.slice(2);
const ort = require(path.join(modules, 'node_modules', 'onnxruntime-node'));
const info = JSON.parse(fs.readFileSync(path.join(models, model, 'info.json')));
const rounds = Number(process.env.ROUNDS || 25);

const median = (list) => list.slice().sort((a, b) => a - b)[list.length >> 1];
const count = (shape) => shape.reduce((a, b) => a * b, 1);

function session(name, extra) {
  return ort.InferenceSession.create(path.join(onnx, name), {
    intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential',
    graphOptimizationLevel: 'all', ...extra });
}

// Channels first, as onnxruntime has its images; quantised values plus 128.
function inputs(shape) {
  const bytes = fs.readFileSync(path.join(models, model, 'in.bin'));
  const n = count(shape), list = [];
  const channels = shape.length === 4 ? shape[3] : 1, pixels = n / channels;
  for (let k = 0; (k + 1) * n <= bytes.length; k++) {
    const to = new Uint8Array(n);
    for (let i = 0; i < n; i++)
      to[(i % channels) * pixels + Math.floor(i / channels)] = bytes.readInt8(k * n + i) + 128;
    list.push(to);
  }
  return list;
}

function child(program) {
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

async function time(s, feed, n) {
  const list = [];
  for (let i = -3; i < n; i++) {
    const start = process.hrtime.bigint();
    await s.run(feed);
    if (i >= 0) list.push(Number(process.hrtime.bigint() - start) / 1e3);
  }
  return median(list);
}

// Largest difference from the expected bytes.
async function distance(s, shape, list) {
  const want = fs.readFileSync(path.join(models, model, 'out.bin'));
  let most = 0;
  for (let k = 0; k < list.length; k++) {
    const feed = { in: new ort.Tensor('uint8', list[k], shape) };
    const got = Object.values(await s.run(feed))[0].data;
    for (let i = 0; i < got.length; i++)
      most = Math.max(most, Math.abs(got[i] - 128 - want.readInt8(k * got.length + i)));
  }
  return most;
}

async function main() {
  const shape = info.inputs[0].shape;
  const first = shape.length === 4 ? [shape[0], shape[3], shape[1], shape[2]] : shape;
  const list = inputs(shape), real = new Float32Array(count(shape));
  const { scale, zero_point: zero } = info.inputs[0];
  for (let i = 0; i < real.length; i++) real[i] = scale * (list[0][i] - 128 - zero);
  const f32 = { in: new ort.Tensor('float32', real, first) };
  const u8 = { in: new ort.Tensor('uint8', list[0], first) };
  const precise = { extra: { session: { x64quantprecision: '1' } } };
  const one = { in: new ort.Tensor('float32', new Float32Array(1), [1, 1, 1, 1]) };
  const peers = {
    'float32': [await session(`${model}_f32.onnx`), f32],
    'int8 precise': [await session(`${model}_qdq.onnx`, precise), u8],
    'int8': [await session(`${model}_qdq.onnx`), u8],
  };
  const identity = await session('identity.onnx');
  const exact = await distance(peers['int8 precise'][0], first, list);
  const near = await distance(peers['int8'][0], first, list);
  if (near > exact + 1) delete peers['int8'];
  const ours = {};
  for (const p of programs) ours[p.split('=')[0]] = child(p.split('=')[1]);
  const times = { call: [] }, runs = count(shape) < 1000 ? 60 : 20;
  for (const k of [...Object.keys(peers), ...Object.keys(ours)]) times[k] = [];
  for (let r = 0; r < rounds; r++) {
    times.call.push(await time(identity, one, runs));
    for (const k in peers) times[k].push(await time(peers[k][0], peers[k][1], runs));
    for (const k in ours) times[k].push(median(await ours[k].run(runs)));
  }
  const call = median(times.call);
  let best = Infinity, mode = '', text = `${model}:`;
  for (const k in peers) {
    const us = median(times[k]) - call;
    text += ` ${k} ${us.toFixed(1)} us,`;
    if (us < best) best = us, mode = k;
  }
  text = text.slice(0, -1) + `; best correct: ${mode}\n`;
  let ratio = 0;
  for (const k in ours) {
    const us = median(times[k]);
    ratio = best / us; // the last program is the one that is judged
    text += `  ${k} ${us.toFixed(1)} us, ${ratio.toFixed(2)}x\n`;
    ours[k].end();
  }
  const ok = ratio >= Number(bar);
  process.stdout.write(text + `  ${ok ? 'ok' : 'MISSED'}: ${ratio.toFixed(2)}x, bar ${bar}x\n`);
  process.exitCode = ok ? 0 : 1;
}

main();
