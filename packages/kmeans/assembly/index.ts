export { challengers } from './challengers';
export { nearerRows } from './nearer-rows';
export { trialGains } from './trial-gains';
