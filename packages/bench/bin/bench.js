#!/usr/bin/env node
const PROGRAMS = { adding: '../dist/adding/main.js', scaling: '../dist/scaling/main.js' };
await import(PROGRAMS[process.argv[2]] ?? '../dist/speed/main.js');
