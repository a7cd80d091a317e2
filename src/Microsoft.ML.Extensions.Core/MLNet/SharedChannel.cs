using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>A channel that several threads write to: the handlers of <see cref="MLContext.Log"/> get one message at a time.</summary>
/// <param name="channel">The channel; whoever started it ends it.</param>
internal sealed class SharedChannel(IChannel channel) : IChannel
{
    private readonly object _gate = new();

    public string ContextDescription => channel.ContextDescription;

    public void Trace(MessageSensitivity sensitivity, string message) => One(() => channel.Trace(sensitivity, message));

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => One(() => channel.Trace(sensitivity, fmt, args));

    public void Info(MessageSensitivity sensitivity, string message) => One(() => channel.Info(sensitivity, message));

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => One(() => channel.Info(sensitivity, fmt, args));

    public void Warning(MessageSensitivity sensitivity, string message) => One(() => channel.Warning(sensitivity, message));

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => One(() => channel.Warning(sensitivity, fmt, args));

    public void Error(MessageSensitivity sensitivity, string message) => One(() => channel.Error(sensitivity, message));

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => One(() => channel.Error(sensitivity, fmt, args));

    public void Send(ChannelMessage msg) => One(() => channel.Send(msg));

    public TException Process<TException>(TException ex) where TException : Exception => channel.Process(ex);

    public void Dispose()
    {
    }

    private void One(Action write)
    {
        lock (_gate)
        {
            write();
        }
    }
}
