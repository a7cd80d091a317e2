using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class ElfLibraryNameTests
{
    private const string Name = "/opt/plug-ins/of a user/runtimes/linux-x64/native/libLibTorchSharp.so";

    [TestMethod]
    public void Rename_PutsTheNameWhereTheLinkerLooks() => Assert.AreEqual(Name, NameOf(ElfLibraryName.Rename(TorchSharpLibrary(), Name)!));

    [TestMethod]
    public void Rename_LeavesEverythingElse()
    {
        var original = TorchSharpLibrary();
        var edited = ElfLibraryName.Rename(original, Name)!;
        var changed = Enumerable.Range(0, original.Length).Count(i => original[i] != edited[i]);
        Assert.IsLessThanOrEqualTo(Name.Length + 3 * sizeof(long), changed);
        Assert.IsTrue(Enumerable.Range(0, original.Length).Where(i => original[i] != edited[i] && original[i] != 0)
            .Count() <= 3 * sizeof(long));
        Assert.AreEqual("libLibTorchSharp.so", NameOf(original), "the original was written to");
    }

    [TestMethod]
    public void Rename_WithoutRoom_HasNoAnswer() => Assert.IsNull(ElfLibraryName.Rename(TorchSharpLibrary(), "/" + new string('a', 4096)));

    [TestMethod]
    public void Rename_OfLibraryWithoutName_HasNoAnswer() => Assert.IsNull(ElfLibraryName.Rename(new SyntheticElf().Bytes, Name));

    [TestMethod]
    public void RenamedCopy_AnswersToThatPath()
    {
        // A library of the application, renamed after a path where nothing lies.
        NativeLibrary.Load(SealedFile.Create("renamed", ElfLibraryName.Rename(Loadable(), Name)!));
        Assert.IsTrue(NativeLibrary.TryLoad(Name, out _), "the linker does not know the copy by its name");
        Assert.IsFalse(NativeLibrary.TryLoad(Name + ".other", out _));
    }

    private static byte[] Loadable() => ElfVersionNeed.Relax(TorchSharpLibrary()) ?? TorchSharpLibrary();

    private static byte[] TorchSharpLibrary() =>
        NativeFolders.Find("libLibTorchSharp.so", NativeFolders.Of(typeof(NativeFolders).Assembly)) is { } path
        ? File.ReadAllBytes(path)
        : throw new AssertInconclusiveException("TorchSharp has no ELF library on this platform.");

    private static string NameOf(byte[] image)
    {
        var elf = new ElfImage(image);
        var address = elf.Dynamic(ElfTag.StringTable)!.Value + elf.Dynamic(ElfTag.LibraryName)!.Value;
        var segment = elf.Segments.Single(segment => address >= segment.Address && address < segment.Address + segment.Size);
        var text = image.AsSpan((int)(segment.Offset + address - segment.Address), (int)(segment.Address + segment.Size - address));
        return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
    }
}
