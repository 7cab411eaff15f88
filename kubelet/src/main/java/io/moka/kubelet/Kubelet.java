package io.moka.kubelet;

import io.moka.kubelet.hollow.HollowKubelet;
import io.moka.kubelet.hollow.HollowOptions;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.HealthServer;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The kubelet's process: the command line, and the choice between a real node ([DockerKubelet]) and hollow ones.
@Command(name = "kubelet", mixinStandardHelpOptions = true, description = "Runs the pods of one node, or seems to run those of many hollow ones.")
public final class Kubelet extends ComponentProcess {

    private final InstantSource clock = InstantSource.system();

    @Mixin
    private ClientOptions clientOptions = new ClientOptions();

    @Mixin
    private KubeletOptions options = new KubeletOptions();

    @Mixin
    private HollowOptions hollowOptions = new HollowOptions();

    public static void main(String[] args) {
        System.exit(ComponentProcess.runProcess(Kubelet::new, args));
    }

    @Override
    protected void start() throws Exception {
        if (options.runtime == KubeletOptions.RuntimeName.HOLLOW) {
            startHollow();
            return;
        }
        var kubelet = new DockerKubelet(options, this::closeAtEnd, clock);
        if (options.removeAllPods) {
            kubelet.removeAllPods();
            stop();
            return;
        }
        kubelet.start(closeAtEnd(clientOptions.connect("kubelet")));
    }

    private void startHollow() throws Exception {
        var client = closeAtEnd(clientOptions.connect("hollow-kubelet"));
        var hollow = closeAtEnd(new HollowKubelet(client, hollowOptions, options.nodeLabels, options.registeredTaints(), options.maxPods, clock));
        hollow.start(closeAtEnd(HealthServer.start(new InetSocketAddress(options.bindAddress, options.port), this::hasStarted, options.certificate, options.key, options.clientAuthority)));
    }
}
