package io.moka.apiserver.componentstatus;

import picocli.CommandLine.Option;

/// Where the components are that ComponentStatus tells of: on this machine, at upstream's ports if nothing else is said.
public final class ComponentOptions {
    @Option(names = "--controller-manager-port", paramLabel = "PORT", defaultValue = "10257",
            description = "Where the controller manager of this machine tells ComponentStatus how it is (${DEFAULT-VALUE}).")
    int controllerManagerPort = 10257;

    @Option(names = "--scheduler-port", paramLabel = "PORT", defaultValue = "10259",
            description = "Where the scheduler of this machine tells ComponentStatus how it is (${DEFAULT-VALUE}).")
    int schedulerPort = 10259;
}
