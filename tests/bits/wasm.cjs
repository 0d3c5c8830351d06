// SPDX-License-Identifier: Apache-2.0
// Runs a program built with bits/board.c for wasm32: node wasm.cjs PROGRAM
const fs = require('fs');
let memory;
const print = (at) => {
  const bytes = new Uint8Array(memory.buffer, at);
  process.stdout.write(Buffer.from(bytes.subarray(0, bytes.indexOf(0))));
};
const program = new WebAssembly.Module(fs.readFileSync(process.argv[2]));
const instance = new WebAssembly.Instance(program, { env: { board_print: print } });
memory = instance.exports.memory;
instance.exports.run();
