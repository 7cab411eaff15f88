package io.moka.apiserver.extension.aggregation;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.RequestHandler;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.kinds.componentstatus.ComponentOptions;
import io.moka.apiserver.kinds.proxy.AnswerFilter;
import io.moka.apiserver.kinds.proxy.Forwarder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Objects;

/// Proxies a page of a component on this machine, which serves it under the same path. The request carries
/// the front proxy's certificate and the caller's identity in headers, as requests to an aggregated server
/// do. The caller has been authorised for the path here; the component checks the authorisation once more.
public final class ComponentPageHandler implements RequestHandler {

    /// The scheduler's record of a pod's last scheduling decision.
    public static final String WHY = "/debug/scheduler/why";
    /// The controllers' last decision about an autoscaler.
    public static final String AUTOSCALERS = "/debug/controllers/why";
    /// The proxy's explanation of the path that a connection takes.
    public static final String PATH = "/debug/proxy/path";

    private static final String HOST = "127.0.0.1";
    private static final int CONNECT_MILLIS = 5_000;
    private static final int CONNECTIONS = 4;

    private final HttpClient client;
    private final String component;
    private final int port;

    /// @param component the component's name in error messages
    /// @param port the component's secure port
    public ComponentPageHandler(Vertx vertx, ComponentOptions components, AggregationOptions identity, String component, int port) {
        var tls = new HttpClientOptions().setSsl(true).setConnectTimeout(CONNECT_MILLIS);
        if (components.certificateAuthority == null) {
            tls.setTrustAll(true).setVerifyHost(false);
        } else {
            tls.setVerifyHost(true).setTrustOptions(new PemTrustOptions().addCertPath(components.certificateAuthority.toString()));
        }
        if (identity.proxyClientCertificate != null && identity.proxyClientKey != null) {
            tls.setKeyCertOptions(new PemKeyCertOptions().addCertPath(identity.proxyClientCertificate.toString()).addKeyPath(identity.proxyClientKey.toString()));
        }
        this.client = vertx.createHttpClient(tls, new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        this.component = component;
        this.port = port;
    }

    @Override
    public void handle(Exchange exchange) {
        var target = new RequestOptions().setHost(HOST).setPort(port).setMethod(exchange.request().method()).setURI(Objects.requireNonNull(exchange.request().uri()));
        new Forwarder(client, failed -> ApiException.unavailable("error trying to reach the " + component + ": " + failed.getMessage()))
                .forward(exchange, target, RemoteIdentity.headers(exchange.user()), AnswerFilter.NONE);
    }
}
