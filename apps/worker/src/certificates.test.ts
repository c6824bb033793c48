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
      NODE_EXTRA_CA_CERTS: ['/srv/tamma/ca.pem'],
      SSL_CERT_FILE: ['/etc/own/ca.pem'],
    });
  });

  it('may be several folders where OpenSSL reads a list, and only there', () => {
    const environment = { SSL_CERT_DIR: 'certs:/etc/own::', SSL_CERT_FILE: '/etc/own:new/ca.pem' };
    expect(certificatesOf(environment, '/srv/tamma')).to.deep.equal({
      SSL_CERT_DIR: ['/srv/tamma/certs', '/etc/own'],
      SSL_CERT_FILE: ['/etc/own:new/ca.pem'],
    });
    expect(certificatesOf({ SSL_CERT_DIR: ':' }, '/srv/tamma')).to.deep.equal({});
  });
});
