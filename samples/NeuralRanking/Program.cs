using Microsoft.ML.Extensions.Samples;

return Sample.Run(args, RankingArguments.Parse, (arguments, cancellation) =>
    arguments.Pairs is { } pairs ? new AnswerSelection(arguments, pairs).Run(cancellation) : new DocumentRanking(arguments).Run(cancellation));
