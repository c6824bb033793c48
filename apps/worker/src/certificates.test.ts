import { expect } from 'chai';
import { certificatesOf } from './certificates.ts';

describe('certificates of authorities', () => {
  it('are where the environment says, seen from any folder, and nothing else of it', () => {
    const environment = {
      NODE_EXTRA_CA_CERTS: 'ca.pem',
      SSL_CERT_FILE: '/etc/own/ca.pem',
      GIT_SSL_CAINFO: '',
      REQUESTS_CA_BUNDLE: undefined,
      ANTHROPIC_API_KEY: 'key',
    };
    expect(certificatesOf(environment, '/srv/tamma')).to.deep.equal({
      NODE_EXTRA_CA_CERTS: '/srv/tamma/ca.pem',
      SSL_CERT_FILE: '/etc/own/ca.pem',
    });
  });
});
