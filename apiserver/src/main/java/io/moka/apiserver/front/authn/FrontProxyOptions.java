package io.moka.apiserver.front.authn;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line flags that configure a trusted front proxy.
public final class FrontProxyOptions {
    @Option(names = "--requestheader-client-ca-file", paramLabel = "FILE", description = "Authority of the proxies that may say in headers who calls.")
    public @Nullable Path clientCaFile;

    @Option(names = "--requestheader-allowed-names", paramLabel = "NAME", split = ",", description = "Common names of such proxies; any, if none is given.")
    public List<String> allowedNames = List.of();

    @Option(names = "--requestheader-username-headers", paramLabel = "HEADER", split = ",", defaultValue = "X-Remote-User", description = "Where the user's name is (${DEFAULT-VALUE}).")
    public List<String> usernameHeaders = List.of("X-Remote-User");

    @Option(names = "--requestheader-uid-headers", paramLabel = "HEADER", split = ",", description = "Where the user's uid is.")
    public List<String> uidHeaders = List.of();

    @Option(names = "--requestheader-group-headers", paramLabel = "HEADER", split = ",", defaultValue = "X-Remote-Group", description = "Where the user's groups are (${DEFAULT-VALUE}).")
    public List<String> groupHeaders = List.of("X-Remote-Group");

    @Option(names = "--requestheader-extra-headers-prefix", paramLabel = "PREFIX", split = ",", defaultValue = "X-Remote-Extra-", description = "How headers with extra facts begin (${DEFAULT-VALUE}).")
    public List<String> extraHeadersPrefixes = List.of("X-Remote-Extra-");
}
