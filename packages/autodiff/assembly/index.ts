export { adamStep } from './adam-step';
