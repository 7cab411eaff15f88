package io.moka.apiserver.authn;

import java.util.List;

/// Finds out who a caller is.
@FunctionalInterface
public interface Authenticator {

    Authentication authenticate(Credentials credentials);

    /// Asks each in turn; the first who recognises the caller decides, else the first who rejected.
    static Authenticator anyOf(List<Authenticator> authenticators) {
        return credentials -> {
            Authentication outcome = new Authentication.Absent();
            for (Authenticator authenticator : authenticators) {
                switch (authenticator.authenticate(credentials)) {
                    case Authentication.Authenticated found -> {
                        return found;
                    }
                    case Authentication.Rejected rejected -> outcome = outcome instanceof Authentication.Absent ? rejected : outcome;
                    case Authentication.Absent() -> { }
                }
            }
            return outcome;
        };
    }
}
