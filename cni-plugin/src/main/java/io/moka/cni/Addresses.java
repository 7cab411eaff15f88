package io.moka.cni;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Allocates addresses to containers: one file for each address in use, named by the address, holding the container and interface.
///
/// While an instance is open it holds the network's lock, so plugins that run side by side take turns. The layout is that of
/// the containernetworking plugin `host-local`.
final class Addresses implements AutoCloseable {

    private static final String LAST = "last_reserved_ip.0";

    private final NetworkConfig network;
    private final FileChannel lockFile;
    private final FileLock lock;

    private Addresses(NetworkConfig network, FileChannel lockFile, FileLock lock) {
        this.network = network;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static Addresses open(NetworkConfig network) throws IOException {
        Files.createDirectories(network.dataDir());
        var file = FileChannel.open(network.dataDir().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return new Addresses(network, file, file.lock());
    }

    /// A free address, now taken; the search begins after the one given last, so that an address rests before it is used again.
    Ipv4 reserve(Attachment attachment) throws IOException {
        var held = of(attachment);
        if (held != null) {
            throw new CniException(CniException.INVALID_ENVIRONMENT, attachment.containerId() + " already has " + held + " at " + attachment.interfaceName(), "");
        }
        var candidate = lastReserved();
        int size = network.subnet().last().bits() - network.subnet().first().bits() + 1;
        for (int i = 0; i < size; i++) {
            candidate = next(candidate);
            if (!candidate.equals(network.gateway()) && take(candidate, attachment)) {
                StateFiles.write(network.dataDir().resolve(LAST), candidate.toString());
                return candidate;
            }
        }
        throw new CniException(CniException.NO_ADDRESS_LEFT, "no IP addresses available in network: " + network.name(), network.subnet().toString());
    }

    @Nullable Ipv4 of(Attachment attachment) throws IOException {
        for (var file : files()) {
            if (Files.readString(file).equals(content(attachment))) {
                return Ipv4.parse(file.getFileName().toString());
            }
        }
        return null;
    }

    /// Gives back what the attachment holds; returns how many addresses that were.
    int release(Attachment attachment) throws IOException {
        int released = 0;
        for (var file : files()) {
            if (Files.readString(file).equals(content(attachment))) {
                Files.delete(file);
                released++;
            }
        }
        return released;
    }

    /// Every attachment that holds an address.
    List<Attachment> holders() throws IOException {
        var holders = new ArrayList<Attachment>();
        for (var file : files()) {
            var lines = Files.readString(file).split("\\R");
            if (isWhole(lines)) {
                holders.add(new Attachment(lines[0], lines[1], ""));
            }
        }
        return holders;
    }

    private static boolean isWhole(String[] lines) {
        return lines.length == 2 && !lines[0].isBlank() && !lines[1].isBlank();
    }

    /// Releases addresses whose file does not name their owner, as a full disk or a loss of power leaves it. Call it only while every attachment that is in use
    /// has a file of its own, since until then such an address may be that of one.
    ///
    /// @return how many addresses that were
    int releaseOwnerless() throws IOException {
        int released = 0;
        for (var file : files()) {
            if (!isWhole(Files.readString(file).split("\\R"))) {
                Files.delete(file);
                released++;
            }
        }
        return released;
    }

    boolean isFull() throws IOException {
        return files().size() >= network.subnet().last().bits() - network.subnet().first().bits();
    }

    private boolean take(Ipv4 address, Attachment attachment) throws IOException {
        var file = network.dataDir().resolve(address.toString());
        if (Files.exists(file)) {
            return false;
        }
        StateFiles.write(file, content(attachment));
        return true;
    }

    private Ipv4 next(Ipv4 address) {
        var next = address.plus(1);
        return next.compareTo(network.subnet().last()) > 0 || next.compareTo(network.subnet().first()) < 0 ? network.subnet().first() : next;
    }

    private Ipv4 lastReserved() throws IOException {
        var file = network.dataDir().resolve(LAST);
        try {
            return Files.exists(file) ? Ipv4.parse(Files.readString(file).strip()) : network.subnet().base();
        } catch (CniException e) {
            // Cut short by a crash. It only says where to begin.
            return network.subnet().base();
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(network.dataDir())) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]+(\\.[0-9]+){3}")).toList();
        }
    }

    private static String content(Attachment attachment) {
        return attachment.containerId() + "\r\n" + attachment.interfaceName();
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
