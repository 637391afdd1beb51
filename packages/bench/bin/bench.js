#!/usr/bin/env node
import '../dist/speed/main.js';
