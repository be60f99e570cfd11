import { stampDependencies } from './lib/project.js';

stampDependencies();
