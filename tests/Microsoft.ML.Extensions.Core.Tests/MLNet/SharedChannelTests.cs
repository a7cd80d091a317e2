using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Core.Tests.MLNet;

[TestClass]
public sealed class SharedChannelTests
{
    [TestMethod]
    public void MessagesOfSeveralThreads_ComeOneAtATime()
    {
        const int Threads = 4, Rounds = 20;
        using var written = new SlowChannel();
        using var shared = new SharedChannel(written);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                shared.Trace(MessageSensitivity.None, "message");
                shared.Trace(MessageSensitivity.None, "{0}", round);
                shared.Info(MessageSensitivity.None, "message");
                shared.Info(MessageSensitivity.None, "{0}", round);
                shared.Warning(MessageSensitivity.None, "message");
                shared.Warning(MessageSensitivity.None, "{0}", round);
                shared.Error(MessageSensitivity.None, "message");
                shared.Error(MessageSensitivity.None, "{0}", round);
                shared.Send(default);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.AreEqual(0, written.Overlaps);
        Assert.AreEqual(Threads * Rounds * 9, written.Messages);
    }

    [TestMethod]
    public void Dispose_LeavesTheChannelOpen()
    {
        using var written = new SlowChannel();
        using (new SharedChannel(written))
        {
        }
        Assert.IsFalse(written.IsDisposed);
    }

    private sealed class SlowChannel : IChannel
    {
        private int _inside;

        public int Overlaps { get; private set; }

        public int Messages { get; private set; }

        public bool IsDisposed { get; private set; }

        public string ContextDescription => "";

        public void Trace(MessageSensitivity sensitivity, string message) => Write();

        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Write();

        public void Info(MessageSensitivity sensitivity, string message) => Write();

        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Write();

        public void Warning(MessageSensitivity sensitivity, string message) => Write();

        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Write();

        public void Error(MessageSensitivity sensitivity, string message) => Write();

        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Write();

        public void Send(ChannelMessage msg) => Write();

        public TException Process<TException>(TException ex) where TException : Exception => ex;

        public void Dispose() => IsDisposed = true;

        private void Write()
        {
            if (Interlocked.Increment(ref _inside) > 1)
            {
                Overlaps++;
            }
            Thread.Yield();
            Messages++;
            Interlocked.Decrement(ref _inside);
        }
    }
}
