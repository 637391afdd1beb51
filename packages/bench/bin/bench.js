#!/usr/bin/env node
await import(process.argv[2] === 'scaling' ? '../dist/scaling/main.js' : '../dist/speed/main.js');
