#!/usr/bin/env node
await import(process.argv[2] === 'incremental' ? '../dist/incremental/main.js' : '../dist/main.js');
