import { config } from 'chai';

// Where a failure can be looked at only by what was printed, the value is to be there to its end.
config.truncateThreshold = 0;
