using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>Messages to <see cref="MLContext.Log"/>. They contain numbers and column names, never the content of rows.</summary>
internal static class ChannelMessages
{
    public static void Tell(this IChannel channel, string message) => channel.Info(MessageSensitivity.Schema, "{0}", message);

    public static void Warn(this IChannel channel, string message) => channel.Warning(MessageSensitivity.Schema, "{0}", message);
}
