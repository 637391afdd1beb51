export { addProducts, deviate } from './covariance';
export { distances } from './distances';
