export { distances } from './distances';
