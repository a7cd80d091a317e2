namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    public static int Run(string[] args) => Sample.Run(args, RankingArguments.Parse, (arguments, cancellation) =>
        arguments.Pairs is { } pairs ? new AnswerSelection(arguments, pairs).Run(cancellation) : new DocumentRanking(arguments).Run(cancellation));
}
