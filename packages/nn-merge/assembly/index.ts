export { nearestInBlock } from './nearest-in-block';
