package io.moka.apiserver.extension.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Base64;

/// Reads an APIService that names a service.
record RemoteService(ObjectNode object) {

    static boolean isRemote(ObjectNode object) {
        return object.path("spec").path("service").isObject();
    }

    String name() {
        return Json.name(object);
    }

    String group() {
        return Json.text(object, "spec", "group");
    }

    String version() {
        return Json.text(object, "spec", "version");
    }

    String groupVersion() {
        return group() + "/" + version();
    }

    private JsonNode service() {
        return object.path("spec").path("service");
    }

    String serviceNamespace() {
        return Json.text(service(), "namespace");
    }

    String serviceName() {
        return Json.text(service(), "name");
    }

    int port() {
        return service().path("port").asInt(443);
    }

    /// Returns the name that the server's certificate must be valid for.
    String host() {
        return serviceName() + "." + serviceNamespace() + ".svc";
    }

    int groupPriority() {
        return object.path("spec").path("groupPriorityMinimum").asInt();
    }

    int versionPriority() {
        return object.path("spec").path("versionPriority").asInt();
    }

    /// Returns the options of the client for its server: TLS as the APIService says, and the front proxy's client certificate.
    HttpClientOptions clientOptions(AggregationOptions options) {
        HttpClientOptions tls = new HttpClientOptions().setSsl(true).setForceSni(true).setConnectTimeout(5_000);
        if (options.proxyClientCertificate != null && options.proxyClientKey != null) {
            tls.setKeyCertOptions(new PemKeyCertOptions().addCertPath(options.proxyClientCertificate.toString()).addKeyPath(options.proxyClientKey.toString()));
        }
        String authority = Json.text(object, "spec", "caBundle");
        if (object.path("spec").path("insecureSkipTLSVerify").asBoolean()) {
            tls.setTrustAll(true).setVerifyHost(false);
        } else if (!authority.isEmpty()) {
            tls.setVerifyHost(true).setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(Base64.getDecoder().decode(authority))));
        }
        return tls;
    }
}
