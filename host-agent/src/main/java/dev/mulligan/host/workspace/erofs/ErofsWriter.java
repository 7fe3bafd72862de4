package dev.mulligan.host.workspace.erofs;

import com.google.protobuf.ByteString;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes an image from front to back: content as it comes, each folder's names when it ends, the superblock last; so a
 * file without one is no image. The same calls give the same bytes. Not safe for use by several threads.
 *
 * <p>Why not {@code mkfs.erofs}: it walks the folder itself, by path, so that it can be led out of it by whoever puts a
 * link in the place of a folder; and what it packs need not be what was hashed. Here one pass opens, hashes and packs
 * the same bytes.
 */
public final class ErofsWriter implements Closeable {
    private final FileChannel channel;
    private final Layout layout;
    private final Owner owner;
    private final Content content;
    private final Folder root;
    private int inodes;

    private ErofsWriter(FileChannel channel, Owner owner) throws IOException {
        this.channel = channel;
        this.layout = new Layout(channel);
        this.owner = owner;
        this.content = new Content(this, layout);
        // The first one: its number has 16 bits only.
        Inode top = reserve();
        this.root = new Folder(this, top, top);
    }

    /**
     * Begins an image.
     *
     * @param file must not exist
     */
    public static ErofsWriter create(Path file, Owner owner) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        try {
            return new ErofsWriter(channel, owner);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public Folder root() {
        return root;
    }

    /** Begins a file; there is one at a time, and one that has not ended is forgotten. */
    public Content content() throws IOException {
        content.restart();
        return content;
    }

    /** The root has ended: writes what is left, and waits until all is on the disk. */
    public void finish() throws IOException {
        layout.flush();
        ByteBuffer superblock = Records.superblock(Layout.FIRST_INODE / Layout.SLOT, inodes, layout.next());
        layout.write(Records.SUPERBLOCK_OFFSET, superblock);
        long end = layout.next() * Layout.BLOCK;
        if (channel.size() < end) {
            layout.write(end - 1, ByteBuffer.allocate(1));
        }
        channel.force(false);
    }

    Folder begin(Inode parent) throws IOException {
        return new Folder(this, reserve(), parent);
    }

    private Inode reserve() throws IOException {
        inodes++;
        return new Inode(layout.takeShared(Records.INODE) / Layout.SLOT, Inode.Kind.FOLDER, 0);
    }

    void end(Inode folder, Attributes attributes, int names, ByteBuffer listing) throws IOException {
        long block = layout.take((listing.capacity() + Layout.BLOCK - 1) / Layout.BLOCK);
        layout.write(block * Layout.BLOCK, listing);
        ByteBuffer record = Records.plain(
                folder.kind(), attributes, owner, (int) folder.number(), names, listing.capacity(), block);
        layout.putShared(folder.number() * Layout.SLOT, record);
    }

    Inode link(Attributes attributes, ByteString target) throws IOException {
        ByteBuffer bytes = target.asReadOnlyByteBuffer();
        if (Records.INODE + target.size() <= Layout.BLOCK) {
            return inline(Inode.Kind.LINK, attributes, bytes);
        }
        long block = layout.take(1);
        layout.write(block * Layout.BLOCK, bytes);
        return plain(Inode.Kind.LINK, attributes, target.size(), block);
    }

    Inode plain(Inode.Kind kind, Attributes attributes, long size, long block) throws IOException {
        inodes++;
        long place = layout.takeShared(Records.INODE);
        layout.putShared(place, Records.plain(kind, attributes, owner, serial(place), 1, size, block));
        return new Inode(place / Layout.SLOT, kind, block * Layout.BLOCK);
    }

    Inode inline(Inode.Kind kind, Attributes attributes, ByteBuffer bytes) throws IOException {
        inodes++;
        long place = layout.takeShared(Records.INODE + bytes.remaining());
        layout.putShared(place, Records.inline(kind, attributes, owner, serial(place), 1, bytes.remaining()));
        layout.putShared(place + Records.INODE, bytes);
        return new Inode(place / Layout.SLOT, kind, place + Records.INODE);
    }

    /** A number that no other file of the image has, for those who look at 32 bits only. */
    private static int serial(long place) {
        return (int) (place / Layout.SLOT);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
