namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    public static int Run(string[] args) =>
        Sample.Run(args, SearchArguments.Parse, (arguments, cancellation) => new PairSearch(arguments).Run(cancellation));
}
