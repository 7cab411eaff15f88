package io.moka.apiserver.core.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import java.util.function.Supplier;

/// The user and the options of a request, the same for all objects that the request changes.
///
/// @param own     whether this server writes on its own behalf; webhooks and admission policies are not called then, so that they cannot prevent its start
/// @param options returns the request's `CreateOptions`, `UpdateOptions` or `DeleteOptions`, built on demand
public record Caller(UserInfo user, boolean dryRun, boolean own, Supplier<ObjectNode> options) {

    public Caller(UserInfo user, boolean dryRun, Supplier<ObjectNode> options) {
        this(user, dryRun, false, options);
    }

    /// Returns the caller for the server's own writes.
    public static Caller own(UserInfo user) {
        return new Caller(user, false, true, Json::object);
    }
}
