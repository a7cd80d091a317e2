using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class ElfVersionNeedTests
{
    [TestMethod]
    [DataRow(SyntheticElf.X64)]
    [DataRow(SyntheticElf.Arm64)]
    public void Relax_OnImportOnlyNamed_GivesTheNeedTheOlderHashAndName(ushort machine)
    {
        var elf = new SyntheticElf(machine: machine);
        var edited = ElfVersionNeed.Relax(elf.Bytes)!;
        Assert.AreEqual(0x22222222u, BitConverter.ToUInt32(edited, elf.NeedOffset));
        var name = BitConverter.ToUInt32(edited, elf.NeedOffset + 8);
        Assert.AreEqual("GLIBCXX_3.4", new ElfImage(edited).Name(name));
    }

    [TestMethod]
    public void Relax_OnImportOnlyNamed_ChangesNothingElse()
    {
        var elf = new SyntheticElf();
        var original = (byte[])elf.Bytes.Clone();
        var edited = ElfVersionNeed.Relax(elf.Bytes)!;
        int[] allowed = [0, 1, 2, 3, 8, 9, 10, 11];
        CollectionAssert.AreEqual(original, elf.Bytes, "the original was written to");
        CollectionAssert.IsSubsetOf(Differences(original, edited), allowed.Select(at => at + elf.NeedOffset).ToArray());
    }

    [TestMethod]
    public void Relax_OnItsOwnResult_HasNothingToDo() =>
        Assert.IsNull(ElfVersionNeed.Relax(ElfVersionNeed.Relax(new SyntheticElf().Bytes)!));

    [TestMethod]
    public void Relax_OnLibraryWithoutTheNeed_HasNothingToDo() =>
        Assert.IsNull(ElfVersionNeed.Relax(new SyntheticElf(version: "GLIBCXX_3.4.30").Bytes));

    [TestMethod]
    public void Relax_OnImportThatIsCalled_Refuses()
    {
        var e = Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeed.Relax(new SyntheticElf(called: true).Bytes));
        StringAssert.Contains(e.Message, "uses _ZSt21ios_base_library_initv");
    }

    [TestMethod]
    public void Relax_OnAnotherImportOfThatVersion_RefusesByName()
    {
        var e = Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeed.Relax(new SyntheticElf(import: "_ZSt5otherv").Bytes));
        StringAssert.Contains(e.Message, "_ZSt5otherv");
    }

    [TestMethod]
    public void Relax_OnAnotherMachine_Refuses() =>
        Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeed.Relax(new SyntheticElf(machine: 243).Bytes));

    [TestMethod]
    public void Relax_OnAnyTruncation_SaysTheFileIsDamaged()
    {
        var whole = new SyntheticElf().Bytes;
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeed.Relax(whole[..length]), $"{length} of {whole.Length} bytes");
        }
    }

    [TestMethod]
    public void Relax_OnAnyByteSpoilt_AnswersOrSaysTheFileIsDamaged()
    {
        var whole = new SyntheticElf().Bytes;
        for (var at = 0; at < whole.Length; at++)
        {
            AssertAnswersOrRefuses(whole, at, 0xFF);
            AssertAnswersOrRefuses(whole, at, 0x80);
            AssertAnswersOrRefuses(whole, at, 0x01);
        }
    }

    [TestMethod]
    public void Relax_OnTorchSharp_ChangesTheNeedAlone()
    {
        var original = TorchSharpLibrary();
        var edited = ElfVersionNeed.Relax(original)!;
        var changed = Differences(original, edited);
        Assert.IsTrue(changed.Length is > 0 and <= 8 && changed[^1] - changed[0] < 12, $"changed bytes: {string.Join(' ', changed)}");
        Assert.IsNull(ElfVersionNeed.Relax(edited));
    }

    [TestMethod]
    public void Relax_OnTruncatedTorchSharp_SaysTheFileIsDamaged()
    {
        var original = TorchSharpLibrary();
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var cut = original.AsSpan(0, random.Next(original.Length)).ToArray();
            Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeed.Relax(cut), $"{cut.Length} bytes");
        }
    }

    private static byte[] TorchSharpLibrary()
    {
        if (NativeFolders.Find("libLibTorchSharp.so", NativeFolders.Of(typeof(NativeFolders).Assembly)) is not { } path)
        {
            throw new AssertInconclusiveException("TorchSharp has no ELF library on this platform.");
        }
        return File.ReadAllBytes(path);
    }

    private static int[] Differences(byte[] a, byte[] b)
    {
        Assert.AreEqual(a.Length, b.Length);
        return [.. Enumerable.Range(0, a.Length).Where(i => a[i] != b[i])];
    }

    private static void AssertAnswersOrRefuses(byte[] whole, int at, byte flip)
    {
        var spoilt = (byte[])whole.Clone();
        spoilt[at] ^= flip;
        try
        {
            ElfVersionNeed.Relax(spoilt);
        }
        catch (InvalidDataException)
        {
            // A clear refusal is one of the two right answers; anything else fails the test.
        }
    }
}
