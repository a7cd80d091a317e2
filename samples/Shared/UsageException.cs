namespace Microsoft.ML.Extensions.Samples;

/// <summary>The user asked for something that does not exist; the message says what was got and what is allowed.</summary>
public sealed class UsageException(string message) : Exception(message);
