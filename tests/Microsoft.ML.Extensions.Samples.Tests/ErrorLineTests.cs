using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class ErrorLineTests
{
    [TestMethod]
    public void Of_JoinsLines() => Assert.AreEqual("error: one two", ErrorLine.Of(new IOException("one\r\n\ttwo\n")));

    [TestMethod]
    public void Of_LeavesOutTheParameterOfCode() =>
        Assert.AreEqual("error: HiddenSize is 0.", ErrorLine.Of(new ArgumentException("HiddenSize is 0.", "options")));

    [TestMethod]
    public void Of_SaysWhatWasCarried() =>
        Assert.AreEqual("error: inside", ErrorLine.Of(new AggregateException(new AggregateException(new IOException("inside")))));

    [TestMethod]
    public void Of_KeepsAMessageThatExplainsItsCause() =>
        Assert.AreEqual("error: It is damaged.", ErrorLine.Of(new FormatException("It is damaged.", new IOException("inside"))));

    [TestMethod]
    public void Of_LeavesOutTheNativeStack() =>
        Assert.AreEqual("error: can't allocate", ErrorLine.Of(new ExternalException("can't allocate\nException raised from f\n#0")));

    [TestMethod]
    public void Of_CancellationAndLackOfMemory_AreSaidInWords()
    {
        Assert.AreEqual("error: cancelled.", ErrorLine.Of(new OperationCanceledException()));
        StringAssert.StartsWith(ErrorLine.Of(new OutOfMemoryException()), "error: out of memory;");
    }
}
