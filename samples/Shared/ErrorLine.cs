using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Describes an error in one line.</summary>
public static class ErrorLine
{
    /// <summary>The line for an exception, without stack trace and line breaks.</summary>
    public static string Of(Exception error) => $"error: {Reason(error)}";

    /// <summary>The same without the word "error".</summary>
    public static string Reason(Exception error) => OneLine(Message(Cause(error)));

    // These exceptions only wrap another one.
    private static Exception Cause(Exception error) =>
        error.InnerException is { } inner && IsCarrier(error) ? Cause(inner) : error;

    // ML.NET's message for an exception in a pipeline component ("Error during class instantiation") does not help.
    private static bool IsCarrier(Exception error) =>
        error is AggregateException or TargetInvocationException or TypeInitializationException
        || error.Source is "Microsoft.ML.Core" or "Microsoft.ML.Data";

    private static string Message(Exception error) => error switch
    {
        OperationCanceledException => "cancelled.",
        OutOfMemoryException => "out of memory; take less data, a smaller network or smaller batches.",
        ArgumentException { ParamName: { } name } => error.Message.Replace($" (Parameter '{name}')", ""),
        // libtorch appends its native stack.
        ExternalException => error.Message.Split("Exception raised from")[0],
        _ => error.Message,
    };

    private static string OneLine(string message) =>
        string.Join(' ', message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
