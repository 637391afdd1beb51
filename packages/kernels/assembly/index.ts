export { products } from './products';
