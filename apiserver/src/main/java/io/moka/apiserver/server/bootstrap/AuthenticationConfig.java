package io.moka.apiserver.server.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Maintains the ConfigMap `kube-system/extension-apiserver-authentication`, which tells aggregated API servers the authorities and headers to
/// trust.
public final class AuthenticationConfig {
    private static final String NAME = "extension-apiserver-authentication";

    private final VerbContext context;
    private final ObjectWriter writer;

    public AuthenticationConfig(VerbContext context, ObjectWriter writer) {
        this.context = context;
        this.writer = writer;
    }

    /// @param requestHeaderCa the authority of this server's client certificate for requests with its callers' identities; null when there is none
    public void ensure(Path clientCa, @Nullable Path requestHeaderCa, List<String> allowedNames) throws IOException {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("client-ca-file", Files.readString(clientCa));
        if (requestHeaderCa != null) {
            data.put("requestheader-client-ca-file", Files.readString(requestHeaderCa));
            data.put("requestheader-allowed-names", Json.MAPPER.writeValueAsString(allowedNames));
            data.put("requestheader-username-headers", "[\"X-Remote-User\"]");
            data.put("requestheader-group-headers", "[\"X-Remote-Group\"]");
            data.put("requestheader-uid-headers", "[\"X-Remote-Uid\"]");
            data.put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
        }
        write(data);
    }

    private void write(Map<String, String> data) {
        ResourceType maps = context.catalog().get("", "v1", "configmaps");
        ObjectNode found = context.caches().get(maps, "kube-system", NAME);
        if (found != null) {
            if (data.entrySet().stream().anyMatch(entry -> !Json.text(found, "data", entry.getKey()).equals(entry.getValue()))) {
                writer.update(maps, "kube-system", NAME, SystemObjects.APISERVER, current -> data.forEach(Json.child(current, "data")::put));
            }
            return;
        }
        ObjectNode map = Json.object();
        Json.metadata(map).put("name", NAME).put("namespace", "kube-system");
        data.forEach(map.putObject("data")::put);
        writer.create(maps, "kube-system", map, SystemObjects.APISERVER);
    }
}
