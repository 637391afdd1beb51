import type { HostileContent } from './hostile-images.js';

/** Files of other kinds under the names of images, and drawings that call on what is outside of them. */
export function hostileTexts(server: string): HostileContent[] {
  const others = Object.entries(OTHERS).flatMap(([name, text]) =>
    ['png', 'jpg'].map((type) => ({
      kind: 'no image',
      name: `no image/${name}.${type}`,
      bytes: Buffer.from(text, 'latin1'),
      expected: 'refused' as const,
    })),
  );
  // Named .svg they are no inputs at all; named as images, nothing may look for what they refer to.
  const drawings = Object.entries(drawingsOf(server)).flatMap(([name, text]) =>
    ['png', 'jpg', 'svg', 'SVG.webp'].map((type) => ({
      kind: 'SVG',
      name: `SVG/${name}.${type}`,
      bytes: Buffer.from(text),
      expected: 'refused' as const,
    })),
  );
  return [...others, ...drawings];
}

const OTHERS: Readonly<Record<string, string>> = {
  html: '<!doctype html><script>alert(1)</script><img src="http://127.0.0.1/">',
  pdf: '%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>',
  zip: 'PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x0c\0\0\0../../escapePK\x05\x06\0\0\0\0',
  shell: '#!/bin/sh\ntouch /tmp/ganscout-was-here\n',
  exe: `MZ\x90\0\x03\0\0\0${'\0'.repeat(52)}\x40\0\0\0PE\0\0`,
  elf: '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0',
  postscript: '%!PS\n(%pipe%id) (w) file\n',
  mvg: 'push graphic-context\nimage over 0,0 0,0 "ephemeral:/etc/passwd"\npop graphic-context',
  msl: '<?xml version="1.0"?><image><read filename="/etc/passwd"/><write filename="/tmp/x.png"/></image>',
  ppm: 'P6\n100000 100000\n255\n',
  pfm: 'PF\n64 64\n-1.0\n',
  hdr: '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 65535 +X 65535\n',
  fits: 'SIMPLE  =                    T',
  vips: '\xb6\xa6\xf2\x08\0\x10\0\0\0\x10\0\0\x03\0\0\0',
  bmp: `BM\xff\xff\xff\x7f\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\x01\0\x18\0${'\0'.repeat(24)}`,
  psd: '8BPS\0\x01\0\0\0\0\0\0\0\x03\0\x07\x53\0\0\x07\x53\0\0\x08\0\x03',
  ico: '\0\0\x01\0\xff\xff\0\0\x01\0\x20\0\xff\xff\xff\x7f',
  matlab: 'MATLAB 5.0 MAT-file',
  jxl: '\0\0\0\x0cJXL \x0d\x0a\x87\x0a',
  jp2: '\0\0\0\x0cjP  \x0d\x0a\x87\x0a\0\0\0\x14ftypjp2 ',
  exr: '\x76\x2f\x31\x01\x02\0\0\0',
  terminal: '\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m',
};

function drawingsOf(server: string): Record<string, string> {
  const svg = (inside: string, before = '') =>
    `<?xml version="1.0"?>${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">${inside}</svg>`;
  const entities = (names: string) =>
    [...names].map((name, i) => `<!ENTITY ${name} "${`&${names[i - 1] ?? 'lol'};`.repeat(10)}">`).join('');
  return {
    'file reference': svg('<image href="file:///etc/passwd" width="64" height="64"/>'),
    'http reference': svg(`<image href="${server}/href.png" width="64" height="64"/>`),
    'xlink reference': svg(`<image xlink:href="${server}/xlink.png" width="64" height="64"/>`),
    'relative reference': svg('<image href="../../outside/secret.png" width="64" height="64"/>'),
    'external entity': svg('<text>&x;</text>', '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    'external entity over http': svg(
      '<text>&x;</text>',
      `<!DOCTYPE svg [<!ENTITY x SYSTEM "${server}/entity">]>`,
    ),
    'external parameter entity': svg('', `<!DOCTYPE svg [<!ENTITY % x SYSTEM "${server}/parameter"> %x;]>`),
    'external document type': svg('', `<!DOCTYPE svg SYSTEM "${server}/type.dtd">`),
    'style sheet': svg('', `<?xml-stylesheet type="text/css" href="${server}/style.css"?>`),
    'style import': svg(`<style>@import url("${server}/import.css");</style><rect width="9" height="9"/>`),
    include: svg(
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    ),
    'many laughs': svg('<text>&j;</text>', `<!DOCTYPE svg [<!ENTITY lol "lol">${entities('abcdefghij')}]>`),
    'use of itself': svg('<g id="a"><use href="#a"/><use href="#a"/></g>'),
    'use of uses': svg(
      `<defs><rect id="r0" width="1" height="1"/>${Array.from({ length: 30 }, (_, i) => `<g id="r${i + 1}"><use href="#r${i}"/><use href="#r${i}"/></g>`).join('')}</defs><use href="#r30"/>`,
    ),
    'huge size': svg('<rect width="9" height="9"/>').replace(
      'width="64" height="64"',
      'width="1e9" height="1e9"',
    ),
    script: svg(`<script href="${server}/script.js"/><script>fetch("${server}/fetch")</script>`),
    'foreign object': svg(
      `<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${server}/frame"/></foreignObject>`,
    ),
    filter: svg(
      '<filter id="f"><feGaussianBlur stdDeviation="1e9"/></filter><rect filter="url(#f)" width="64" height="64"/>',
    ),
  };
}
