using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>A file in memory that cannot be changed (Linux: memfd_create, file seals).</summary>
internal static partial class SealedFile
{
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const uint Executable = 0x10;
    private const int AddSeals = 1033;
    private const int AllSeals = 1 | 2 | 4 | 8; // no further seals, no shrinking, no growing, no writing
    private const int InvalidArgument = 22;

    /// <summary>The path by which this process reaches a new file with these bytes.</summary>
    /// <param name="name">Only shown in lists of mapped files.</param>
    /// <param name="bytes">The content.</param>
    /// <remarks>
    /// The descriptor stays open for the life of the process: the dynamic linker identifies a library by its path, so the path must not be
    /// reused.
    /// </remarks>
    /// <exception cref="IOException">The system does not create such a file.</exception>
    public static string Create(string name, ReadOnlySpan<byte> bytes)
    {
        var descriptor = Open(name);
        RandomAccess.Write(new SafeFileHandle(descriptor, ownsHandle: false), bytes, 0);
        return Control(descriptor, AddSeals, AllSeals) == 0 ? $"/proc/self/fd/{descriptor}" : throw Error("sealed");
    }

    private static int Open(string name)
    {
        var descriptor = CreateInMemory(name, CloseOnExec | AllowSealing | Executable);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == InvalidArgument)
        {
            // Kernels before 6.3 do not know the flag; there such a file is executable anyway.
            descriptor = CreateInMemory(name, CloseOnExec | AllowSealing);
        }
        return descriptor >= 0 ? descriptor : throw Error("made");
    }

    private static IOException Error(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"A file in memory could not be {what}: {new Win32Exception(error).Message} (error {error}).");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
