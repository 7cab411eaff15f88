package io.moka.apiserver.server;

import io.moka.apiserver.admission.framework.AdmissionOptions;
import io.moka.apiserver.core.encryption.EncryptionOptions;
import io.moka.apiserver.core.time.DurationFlag;
import io.moka.apiserver.front.audit.AuditOptions;
import io.moka.apiserver.front.authn.AuthenticationOptions;
import io.moka.apiserver.front.authz.AuthorizationOptions;
import io.moka.apiserver.front.http.RequestOptions;
import io.moka.apiserver.kinds.componentstatus.ComponentOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The apiserver's command-line flags, under upstream's names.
public final class ServerOptions {
    @Option(names = "--secure-port", paramLabel = "PORT", defaultValue = "6443", description = "Port to serve HTTPS on (${DEFAULT-VALUE}).")
    int securePort = 6443;

    @Option(names = "--bind-address", paramLabel = "ADDRESS", defaultValue = "0.0.0.0", description = "Address to listen on (${DEFAULT-VALUE}).")
    String bindAddress = "0.0.0.0";

    @Option(names = "--advertise-address", paramLabel = "ADDRESS", description = "Address at which pods and nodes reach this server; by default the bind address, or the host's.")
    @Nullable String advertiseAddress;

    @Option(names = "--etcd-servers", paramLabel = "URL", split = ",", defaultValue = "http://127.0.0.1:2379", description = "Where etcd is (${DEFAULT-VALUE}).")
    List<String> etcdServers = List.of("http://127.0.0.1:2379");

    @Option(names = "--etcd-cafile", paramLabel = "FILE", description = "Authority of etcd's certificate.")
    @Nullable Path etcdCaFile;

    @Option(names = "--etcd-certfile", paramLabel = "FILE", description = "Our certificate for etcd.")
    @Nullable Path etcdCertFile;

    @Option(names = "--etcd-keyfile", paramLabel = "FILE", description = "Its key.")
    @Nullable Path etcdKeyFile;

    @Option(names = "--etcd-prefix", paramLabel = "PATH", defaultValue = "/registry", description = "Where in etcd everything is kept (${DEFAULT-VALUE}).")
    String etcdPrefix = "/registry";

    @Option(names = "--etcd-compaction-interval", paramLabel = "DURATION", defaultValue = "5m", converter = DurationFlag.class,
            description = "How often etcd forgets what is older than one such interval; 0 for never (${DEFAULT-VALUE}).")
    Duration etcdCompactionInterval = Duration.ofMinutes(5);

    @Option(names = "--tls-cert-file", paramLabel = "FILE", required = true, description = "Certificate to serve with.")
    Path tlsCertFile = Path.of("");

    @Option(names = "--tls-private-key-file", paramLabel = "FILE", required = true, description = "Its key.")
    Path tlsPrivateKeyFile = Path.of("");

    @Option(names = "--kubelet-client-certificate", paramLabel = "FILE", description = "Our certificate for kubelets.")
    @Nullable Path kubeletClientCertificate;

    @Option(names = "--kubelet-client-key", paramLabel = "FILE", description = "Its key.")
    @Nullable Path kubeletClientKey;

    @Option(names = "--kubelet-certificate-authority", paramLabel = "FILE", description = "Authority of the kubelets' certificates; without it they are not checked.")
    @Nullable Path kubeletCertificateAuthority;

    @Option(names = "--service-cluster-ip-range", paramLabel = "CIDR", defaultValue = "10.96.0.0/12", description = "Where services get their addresses from (${DEFAULT-VALUE}).")
    String serviceClusterIpRange = "10.96.0.0/12";

    @Option(names = "--service-node-port-range", paramLabel = "RANGE", defaultValue = "30000-32767", description = "Where services get their node ports from (${DEFAULT-VALUE}).")
    String serviceNodePortRange = "30000-32767";

    @Option(names = "--event-ttl-seconds", paramLabel = "SECONDS", defaultValue = "3600", description = "How long events are kept (${DEFAULT-VALUE}).")
    long eventTtlSeconds = 3600;

    @Option(names = "--watch-cache-events", paramLabel = "N", defaultValue = "4096", description = "Recent events kept for each resource (${DEFAULT-VALUE}).")
    int watchCacheEvents = 4096;

    @Mixin
    AuthenticationOptions authentication = new AuthenticationOptions();

    @Mixin
    AuthorizationOptions authorization = new AuthorizationOptions();

    @Mixin
    AdmissionOptions admission = new AdmissionOptions();

    @Mixin
    AuditOptions audit = new AuditOptions();

    @Mixin
    EncryptionOptions encryption = new EncryptionOptions();

    @Mixin
    public RequestOptions requests = new RequestOptions();

    @Mixin
    final ComponentOptions components = new ComponentOptions();

    @Mixin
    final io.moka.apiserver.extension.aggregation.AggregationOptions aggregation = new io.moka.apiserver.extension.aggregation.AggregationOptions();

    /// The prefix of all keys, ending in `/`.
    String keyPrefix() {
        return etcdPrefix.endsWith("/") ? etcdPrefix : etcdPrefix + "/";
    }

    String advertised() {
        if (advertiseAddress != null) {
            return advertiseAddress;
        }
        return bindAddress.equals("0.0.0.0") ? HostAddress.find() : bindAddress;
    }
}
