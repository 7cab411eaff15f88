package io.moka.apiserver.front.authn;

import java.util.List;

/// Determines the identity of a caller.
@FunctionalInterface
public interface Authenticator {

    Authentication authenticate(Credentials credentials);

    /// Returns an authenticator that tries the others in order: the first that recognises the caller decides, otherwise the first that rejected it.
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
