package io.moka.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Base64;

/// An APIService that names a service, read.
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

    /// The name that the server's certificate must bear.
    String host() {
        return serviceName() + "." + serviceNamespace() + ".svc";
    }

    int groupPriority() {
        return object.path("spec").path("groupPriorityMinimum").asInt();
    }

    int versionPriority() {
        return object.path("spec").path("versionPriority").asInt();
    }

    /// How its server is to be spoken to: as the APIService says, with our own certificate.
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
