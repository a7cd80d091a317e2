using Microsoft.ML.Extensions.Samples;

return Sample.Run(args, SearchArguments.Parse, (arguments, cancellation) => new ImageTextSearch(arguments).Run(cancellation));
